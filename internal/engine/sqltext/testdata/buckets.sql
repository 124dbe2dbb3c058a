SELECT ("client_revenue_minor" - -5) / (10) AS bucket, count(*), sum(CAST("client_revenue_minor" AS DECIMAL(38, 0)))
FROM "frame_1" t
WHERE "client_revenue_minor" >= -5 AND "client_revenue_minor" < 95
GROUP BY ("client_revenue_minor" - -5) / (10)
