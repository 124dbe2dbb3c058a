SELECT a.client_id, d.document_hi, d.document_lo, d.amount
FROM (
  SELECT coalesce(i.client, l.account) AS party, l.document_hi, l.document_lo, CAST(sum(CAST(l.amount AS DECIMAL(38, 0))) AS BIGINT) AS amount
  FROM "lake"."odd""name"."line" l
  LEFT JOIN "lake"."odd""name"."identity" i ON i.account = l.account
  WHERE l.account IS NOT NULL AND l.day >= 20148 AND l.day < 20513 AND coalesce(i.client, l.account) IN (SELECT party FROM (
    SELECT coalesce(i.client, a.account) AS party
    FROM (
      SELECT account,
        sum(CASE WHEN day < 20148 THEN lines ELSE 0 END) AS seasoned
      FROM (
        SELECT account, month AS day, amount, lines, documents, first_day, last_day
        FROM "lake"."odd""name"."cell" c
        WHERE account IS NOT NULL AND month < 20513
      ) facts
      GROUP BY account
    ) a
    LEFT JOIN "lake"."odd""name"."identity" i ON i.account = a.account
    GROUP BY coalesce(i.client, a.account)
    HAVING sum(a.seasoned) > 0
  ) seasoned)
  GROUP BY coalesce(i.client, l.account), l.document_hi, l.document_lo
) d
JOIN "lake"."odd""name"."account" a ON a.account = d.party
