namespace FastCore.Fuzz.Core;

/// <summary>How a run went.</summary>
/// <param name="Fuzzer">Whose.</param>
/// <param name="Seed">The seed that repeats it.</param>
/// <param name="Inputs">Inputs run, the failing one included, those of the shrinking not.</param>
/// <param name="Accepted">How many of them the parser took.</param>
/// <param name="Shapes">Different verdicts seen.</param>
/// <param name="CorpusSize">Inputs kept for mutation.</param>
/// <param name="AllocationMax">Bytes of managed memory that the hungriest input took.</param>
/// <param name="ElapsedMs">Time taken.</param>
/// <param name="Failure">The finding; null when there is none.</param>
public sealed record FuzzReport(
    string Fuzzer,
    ulong Seed,
    long Inputs,
    long Accepted,
    int Shapes,
    int CorpusSize,
    long AllocationMax,
    long ElapsedMs,
    FuzzFailure? Failure);
