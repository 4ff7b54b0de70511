using FastCore.Fuzz;
using FastCore.Fuzz.Core;

namespace FastCore.Cli.Fuzz;

/// <summary>Every fuzzer there is: those of the libraries, and those of what only the program parses.</summary>
internal static class FuzzerList
{
    /// <summary>New ones each time, as a fuzzer belongs to one thread.</summary>
    public static IReadOnlyList<Fuzzer> All() => [.. Fuzzers.All(), new CardFuzzer(), new ReplFuzzer()];
}
