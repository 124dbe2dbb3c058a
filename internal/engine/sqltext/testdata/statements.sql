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
    FROM (
      SELECT account AS party,
        CAST(sum(CAST(CASE WHEN day >= 19723 AND day < 20089 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_minor",
        CAST(sum(CAST(lines AS DECIMAL(38, 0))) AS BIGINT) AS "client_lines_ever_count"
      FROM (
        SELECT account, month AS day, amount, lines, documents, first_day, last_day
        FROM "cell" c
        WHERE account IS NOT NULL AND month < 20089
      ) facts
      GROUP BY account
    ) t
    UNION ALL
    SELECT t.party,
      0 AS v0,
      0 AS v1,
      t."client_invoices_count" AS v2,
      0 AS v3,
      0 AS v4
    FROM (
      SELECT account AS party,
        CAST(sum(CAST(CASE WHEN day >= 19723 AND day < 20089 THEN documents ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_invoices_count"
      FROM (
        SELECT account, month AS day, amount_pos AS amount, lines_pos AS lines, documents_pos AS documents, first_day_pos AS first_day, last_day_pos AS last_day
        FROM "cell" c
        WHERE account IS NOT NULL AND month < 20089 AND lines_pos > 0
      ) facts
      GROUP BY account
    ) t
    UNION ALL
    SELECT a.account,
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
        FROM "fact_cell" c
        WHERE month >= 19723 AND month < 20089
      ) x
      JOIN (VALUES
        (1, CAST(NULL AS INTEGER), 0, 1),
        (1099511627776, CAST(NULL AS INTEGER), 0, 1),
        (7, CAST(19754 AS INTEGER), 1, 10),
        (7, CAST(19783 AS INTEGER), 1, (-9223372036854775807 - 1))
      ) w (topic, month, term, weight) ON w.topic = x.topic AND (w.month IS NULL OR w.month = x.month)
      WHERE x.account IS NOT NULL
      GROUP BY x.account
    ) a
  ) p
  GROUP BY p.party
) s
JOIN "account" c ON c.account = s.party
ORDER BY c.client_id ASC NULLS LAST
