SELECT c.client_id, c.name,
  s.v0,
  CAST((s.v1 - mod(s.v1, 1000)) // (1000) AS BIGINT)
FROM (
  SELECT p.party,
    CAST(sum(p.v0) AS BIGINT) AS v0,
    sum(p.v1) AS v1
  FROM (
    SELECT t.party,
      t."client_revenue_minor" AS v0,
      0 AS v1
    FROM "frame_1" t
    UNION ALL
    SELECT a.account,
      0 AS v0,
      a.t0 AS v1
    FROM (
      SELECT x.account,
        sum(CASE WHEN w.term = 0 THEN CAST(x.amount AS HUGEINT) * w.weight ELSE 0 END) AS t0
      FROM (
        SELECT account, month, topic, amount, rows
        FROM "fact_cell" c
        WHERE month >= 19723 AND month < 20089
      ) x
      JOIN term_1 w ON w.topic = x.topic AND (w.month IS NULL OR w.month = x.month)
      WHERE x.account IS NOT NULL
      GROUP BY x.account
    ) a
  ) p
  GROUP BY p.party
) s
JOIN "account" c ON c.account = s.party
ORDER BY c.client_id ASC NULLS LAST
