SELECT part, count(*), sum(CAST(v AS DECIMAL(38, 0))), sum(CAST(k AS DECIMAL(19, 0)) * CAST(v AS DECIMAL(19, 0)))
FROM (
  SELECT v, part, row_number() OVER (PARTITION BY part ORDER BY v ASC NULLS LAST) AS k
  FROM (
    SELECT "client_revenue_minor" AS v, CASE WHEN "client_revenue_minor" < 100 THEN CASE WHEN "client_revenue_minor" < 10 THEN 4 ELSE 5 END ELSE CASE WHEN "client_revenue_minor" < 1000 THEN 6 ELSE 7 END END AS part
    FROM (
      SELECT account AS party,
        CAST(sum(CAST(CASE WHEN day >= 19723 AND day < 20089 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_minor"
      FROM (
        SELECT account, month AS day, amount, lines, documents, first_day, last_day
        FROM "cell" c
        WHERE account IS NOT NULL AND month < 20089
      ) facts
      GROUP BY account
    ) t
    WHERE "client_revenue_minor" >= 5 AND "client_revenue_minor" < 5000 AND "client_revenue_minor" <> 77
  ) x
) y
GROUP BY part
