using System.Text.Json.Nodes;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Memory;

namespace FastCore.Cli.Memory;

/// <summary>A row of the table: what one holder of memory holds, in one partition or in all together.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Partition">The partition; null = the process's, or the sum of all.</param>
/// <param name="Bytes">Bytes that it holds.</param>
/// <param name="FreeBytes">Of these, bytes in which nothing lies.</param>
/// <param name="BytesMax">Bytes at most; 0 = not told.</param>
/// <param name="Count">What lies in it.</param>
/// <param name="CountMax">The same at most; 0 = not told.</param>
/// <param name="Hits">Lookups that found what they looked for.</param>
/// <param name="Misses">Lookups that did not.</param>
/// <param name="PauseNs">Nanoseconds of pauses.</param>
/// <param name="PauseMaxNs">The longest of the newest pauses, nanoseconds.</param>
internal sealed record MemoryLine(
    string Name, MemoryKind Kind, int? Partition, ulong Bytes, ulong FreeBytes, ulong BytesMax, ulong Count,
    ulong CountMax, ulong Hits, ulong Misses, ulong PauseNs, ulong PauseMaxNs)
{
    /// <summary>Share of the lookups that found what they looked for; null without any.</summary>
    public double? HitRatio => Hits + Misses == 0 ? null : (double)Hits / (Hits + Misses);

    /// <summary>How full it is by count; null when no limit is told.</summary>
    public double? Load => CountMax == 0 ? null : (double)Count / CountMax;

    /// <summary>The line of a server's row.</summary>
    public static MemoryLine Of(in MemoryRecord row) => new(
        FieldText.Of(row.Name), row.Kind, row.Partition == ushort.MaxValue ? null : row.Partition, row.Bytes,
        row.FreeBytes, row.BytesMax, row.Count, row.CountMax, row.Hits, row.Misses, row.PauseNs, row.PauseMaxNs);

    /// <summary>Rows of one name and kind as one, in the order of their first.</summary>
    public static IEnumerable<MemoryLine> SumPartitions(IEnumerable<MemoryLine> lines) =>
        lines.GroupBy(line => (line.Name, line.Kind)).Select(group => group.Aggregate(Sum) with { Partition = null });

    /// <summary>The line as JSON.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["kind"] = SnakeCase.Of(Kind.ToString()),
        ["partition"] = Partition,
        ["bytes"] = Bytes,
        ["free_bytes"] = FreeBytes,
        ["bytes_max"] = BytesMax,
        ["count"] = Count,
        ["count_max"] = CountMax,
        ["load"] = Load,
        ["hits"] = Hits,
        ["misses"] = Misses,
        ["hit_ratio"] = HitRatio,
        ["pause_ns"] = PauseNs,
        ["pause_max_ns"] = PauseMaxNs,
    };

    private static MemoryLine Sum(MemoryLine one, MemoryLine other) => one with
    {
        Bytes = one.Bytes + other.Bytes,
        FreeBytes = one.FreeBytes + other.FreeBytes,
        BytesMax = one.BytesMax + other.BytesMax,
        Count = one.Count + other.Count,
        CountMax = one.CountMax + other.CountMax,
        Hits = one.Hits + other.Hits,
        Misses = one.Misses + other.Misses,
    };
}
