SELECT ("client_revenue_minor" - 1) // (10) AS bucket, count(*), sum("client_revenue_minor")
FROM "frame_1" t
WHERE "client_revenue_minor" >= 1 AND "client_revenue_minor" < 95
GROUP BY ("client_revenue_minor" - 1) // (10)
