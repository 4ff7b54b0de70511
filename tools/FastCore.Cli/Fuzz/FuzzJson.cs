using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Fuzz.Core;

namespace FastCore.Cli.Fuzz;

/// <summary>Runs of fuzzers as documents.</summary>
internal static class FuzzJson
{
    /// <summary>The list of fuzzers.</summary>
    public static JsonObject Of(IEnumerable<Fuzzer> fuzzers) => new()
    {
        ["command"] = "fuzz",
        ["fuzzers"] = new JsonArray([.. fuzzers.Select(fuzzer => (JsonNode)new JsonObject
        {
            ["name"] = fuzzer.Name,
            ["summary"] = fuzzer.Summary,
            ["input_size_max"] = fuzzer.InputSizeMax,
            ["allocation_max"] = fuzzer.AllocationMax,
        })]),
    };

    /// <summary>Runs.</summary>
    public static JsonObject Of(string name, ulong seed, IEnumerable<FuzzReport> reports) => new()
    {
        ["command"] = "fuzz",
        ["name"] = name,
        ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
        ["runs"] = new JsonArray([.. reports.Select(report => (JsonNode)Of(report))]),
    };

    private static JsonObject Of(FuzzReport report) => new()
    {
        ["fuzzer"] = report.Fuzzer,
        ["inputs"] = report.Inputs,
        ["accepted"] = report.Accepted,
        ["shapes"] = report.Shapes,
        ["corpus"] = report.CorpusSize,
        ["allocation_max"] = report.AllocationMax,
        ["elapsed_ms"] = report.ElapsedMs,
        ["failure"] = report.Failure is not FuzzFailure failure ? null : new JsonObject
        {
            ["fault"] = failure.Fault.ToString().ToLowerInvariant(),
            ["type"] = failure.Type,
            ["message"] = failure.Message,
            ["input"] = Convert.ToHexString(failure.Input),
            ["replay"] = FuzzCommand.ReplayOf(report),
        },
    };
}
