package io.luntra.jobs.license;

import java.util.LinkedHashMap;
import java.util.List;

/** Terms as the user writes them; null is what is not said. */
record TermsEntry(
    List<String> uses,
    String currency,
    Integer decimals,
    String price,
    LinkedHashMap<String, String> classes,
    LinkedHashMap<String, String> regions,
    String duration,
    Integer seats,
    String units,
    String unitPrice,
    List<String> attesters,
    String royalty,
    LinkedHashMap<String, String> payees,
    String priceRule,
    List<String> priceBounds) {}
