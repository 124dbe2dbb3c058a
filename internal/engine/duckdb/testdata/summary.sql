SELECT class, count(*), sum(v), max(v), coalesce(sum(CASE WHEN class = 1 THEN v * v ELSE 0 END), 0)
FROM (
  SELECT "client_revenue_minor" AS v, CASE WHEN "client_revenue_minor" < 0 THEN -1 WHEN "client_revenue_minor" = 0 THEN 0 WHEN "client_revenue_minor" < 2147483648 THEN 1 ELSE 2 END AS class
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
) x
GROUP BY class
