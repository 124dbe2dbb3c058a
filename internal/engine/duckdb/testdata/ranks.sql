SELECT part, count(*), sum(v), sum(CAST(k AS HUGEINT) * v)
FROM (
  SELECT v, part, row_number() OVER (PARTITION BY part ORDER BY v ASC NULLS LAST) AS k
  FROM (
    SELECT "client_revenue_minor" AS v, 0 AS part
    FROM (
      SELECT account AS party,
        CAST(sum(CASE WHEN day >= 19723 AND day < 20089 THEN amount ELSE 0 END) AS BIGINT) AS "client_revenue_minor"
      FROM (
        SELECT account, month AS day, amount, lines, documents, first_day, last_day
        FROM "cell" c
        WHERE account IS NOT NULL AND month < 20089
      ) facts
      GROUP BY account
    ) t
    WHERE "client_revenue_minor" >= 1
  ) x
) y
GROUP BY part
