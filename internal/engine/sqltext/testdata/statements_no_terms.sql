SELECT c.client_id, c.name,
  s.v0,
  s.v1
FROM (
  SELECT p.party,
    CAST(sum(CAST(p.v0 AS DECIMAL(38, 0))) AS BIGINT) AS v0,
    CAST(sum(CAST(p.v1 AS DECIMAL(38, 0))) AS BIGINT) AS v1
  FROM (
    SELECT t.party,
      t."client_revenue_minor" AS v0,
      t."client_lines_ever_count" AS v1
    FROM "frame_1" t
  ) p
  GROUP BY p.party
) s
JOIN "account" c ON c.account = s.party
ORDER BY c.client_id ASC NULLS LAST
