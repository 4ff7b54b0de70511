using FastCore.Fraud.Features;

namespace FastCore.Node.Fraud;

/// <summary>
/// What is kept of the fraud options with a data directory. The feature file itself lies among the policies, named by
/// its hash.
/// </summary>
/// <param name="FeatureFile">SHA-256 of the feature file, in hexadecimal.</param>
/// <param name="Bounds">Bounds of the histories.</param>
/// <param name="ListEntriesMax">Entries of lists.</param>
/// <param name="ReviewsMax">Reviews that may wait.</param>
internal sealed record FraudSettings(string FeatureFile, FeatureOptions Bounds, int ListEntriesMax, int ReviewsMax);
