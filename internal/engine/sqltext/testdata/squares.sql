SELECT coalesce(sum(CAST(a AS DECIMAL(19, 0)) * CAST(a AS DECIMAL(19, 0))), 0), coalesce(sum(CAST(a AS DECIMAL(19, 0)) * CAST(b AS DECIMAL(19, 0))), 0), coalesce(sum(CAST(b AS DECIMAL(19, 0)) * CAST(b AS DECIMAL(19, 0))), 0)
FROM (
  SELECT a, v - a * 2147483648 AS b
  FROM (
    SELECT "client_revenue_minor" AS v, ("client_revenue_minor") / (2147483648) AS a
    FROM "frame_1" t
    WHERE "client_revenue_minor" >= 2147483648
  ) x
) y
