SELECT count(*), coalesce(sum(CASE WHEN v > 0 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN v = 0 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN v < 0 THEN 1 ELSE 0 END), 0),
  coalesce(sum(CAST(p AS DECIMAL(38, 0))), 0), coalesce(sum(CAST(v - p AS DECIMAL(38, 0))), 0), coalesce(max(p), 0),
  coalesce(sum(CAST(a AS DECIMAL(19, 0)) * CAST(a AS DECIMAL(19, 0))), 0), coalesce(sum(CAST(a * b AS DECIMAL(38, 0))), 0), coalesce(sum(CAST(b * b AS DECIMAL(38, 0))), 0)
FROM (
  SELECT v, p, a, p - a * 2147483648 AS b
  FROM (
    SELECT v, p, (p) / (2147483648) AS a
    FROM (
      SELECT "client_revenue_minor" AS v, CASE WHEN "client_revenue_minor" > 0 THEN "client_revenue_minor" ELSE 0 END AS p
      FROM (
        SELECT account AS party,
          CAST(sum(CAST(CASE WHEN day >= 19723 AND day < 20089 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS BIGINT) AS "client_revenue_minor"
        FROM (
          SELECT account, month AS day, amount, lines, documents, first_day, last_day
          FROM "cell"
          WHERE account IS NOT NULL AND month < 20089
        ) facts
        GROUP BY account
      ) t
    ) x
  ) y
) z
