SELECT c.client_id, c.name,
  s.v0,
  s.v1,
  s.v2,
  s.v3,
  CAST((s.v4 - mod(s.v4, 1000)) / (1000) AS BIGINT)
FROM (
  SELECT p.party,
    CAST(sum(CAST(p.v0 AS DECIMAL(38, 0))) AS BIGINT) AS v0,
    CAST(sum(CAST(p.v1 AS DECIMAL(38, 0))) AS BIGINT) AS v1,
    CAST(sum(CAST(p.v2 AS DECIMAL(38, 0))) AS BIGINT) AS v2,
    CAST(sum(CAST(p.v3 AS DECIMAL(38, 0))) AS BIGINT) AS v3,
    sum(CAST(p.v4 AS DECIMAL(38, 0))) AS v4
  FROM (
    SELECT t.party,
      t."client_revenue_minor" AS v0,
      t."client_lines_ever_count" AS v1,
      0 AS v2,
      0 AS v3,
      0 AS v4
    FROM "frame_1" t
    UNION ALL
    SELECT t.party,
      0 AS v0,
      0 AS v1,
      t."client_invoices_count" AS v2,
      0 AS v3,
      0 AS v4
    FROM "frame_2" t
    UNION ALL
    SELECT coalesce(i.parent, a.account),
      0 AS v0,
      0 AS v1,
      0 AS v2,
      a.t0 AS v3,
      a.t1 AS v4
    FROM (
      SELECT x.account,
        sum(CAST(CASE WHEN w.term = 0 THEN x.amount ELSE 0 END AS DECIMAL(38, 0))) AS t0,
        sum(CAST(CASE WHEN w.term = 1 THEN CAST(x.amount AS DECIMAL(19, 0)) * CAST(w.weight AS DECIMAL(19, 0)) ELSE 0 END AS DECIMAL(38, 0))) AS t1
      FROM (
        SELECT account, month, topic, amount, rows
        FROM "lake"."odd""name"."fact_cell" c
        WHERE month >= 19763 AND month < 19844 AND (month IS NULL OR (month <> 19754))
        UNION ALL
        SELECT account, 19754, topic, amount, 1
        FROM "lake"."odd""name"."fact" f
        WHERE day >= 19763 AND day < 19844 AND ((day >= 19754 AND day < 19783))
      ) x
      JOIN term_1 w ON w.topic = x.topic AND (w.month IS NULL OR w.month = x.month)
      WHERE x.account IS NOT NULL
      GROUP BY x.account
    ) a
    LEFT JOIN "lake"."odd""name"."identity" i ON i.account = a.account
  ) p
  GROUP BY p.party
) s
JOIN "lake"."odd""name"."account" c ON c.account = s.party
ORDER BY c.client_id ASC NULLS LAST
