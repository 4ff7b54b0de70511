using System.Text.Json.Nodes;

namespace FastCore.Cli.Memory;

/// <summary>A place in the code that allocates objects of a type, as samples saw it.</summary>
/// <param name="Method">The method nearest to the allocation that is not the runtime's own library.</param>
/// <param name="Type">Type of the objects.</param>
/// <param name="Bytes">Bytes allocated there, as the samples stand for them.</param>
/// <param name="Samples">Samples.</param>
/// <param name="Stack">The stack of one of them, the allocation first.</param>
internal sealed record AllocationSite(
    string Method, string Type, long Bytes, int Samples, IReadOnlyList<string> Stack)
{
    /// <summary>The site as JSON.</summary>
    public JsonObject ToJson(long total) => new()
    {
        ["method"] = Method,
        ["type"] = Type,
        ["bytes"] = Bytes,
        ["share"] = total == 0 ? 0 : (double)Bytes / total,
        ["samples"] = Samples,
        ["stack"] = new JsonArray([.. Stack.Select(frame => (JsonNode)frame)]),
    };
}

/// <summary>Where a process allocated while it was watched.</summary>
/// <param name="Seconds">How long.</param>
/// <param name="Bytes">Bytes allocated, as the samples stand for them.</param>
/// <param name="Sites">The sites, the largest first.</param>
internal sealed record AllocationProfile(double Seconds, long Bytes, IReadOnlyList<AllocationSite> Sites);
