SELECT coalesce(sum(CAST(a AS HUGEINT) * a), 0), coalesce(sum(CAST(a AS HUGEINT) * b), 0), coalesce(sum(CAST(b AS HUGEINT) * b), 0)
FROM (
  SELECT a, v - a * 2147483648 AS b
  FROM (
    SELECT "client_revenue_minor" AS v, ("client_revenue_minor") // (2147483648) AS a
    FROM "frame_1" t
    WHERE "client_revenue_minor" >= 2147483648
  ) x
) y
