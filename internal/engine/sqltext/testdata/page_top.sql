SELECT a.client_id, a.name, f."client_revenue_minor"
FROM "frame_1" f
JOIN "account" a ON a.account = f.party
WHERE f."client_revenue_minor" BETWEEN 1 AND 500 AND f."client_revenue_minor" >= (SELECT min(v) FROM (
  SELECT t."client_revenue_minor" AS v
  FROM "frame_1" t
  WHERE t."client_revenue_minor" BETWEEN 1 AND 500
  ORDER BY t."client_revenue_minor" DESC NULLS LAST
  LIMIT 30
) top)
ORDER BY f."client_revenue_minor" DESC NULLS LAST, a.client_id ASC
OFFSET 20
LIMIT 10
