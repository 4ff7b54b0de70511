using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Protocol;
using FastCore.Protocol.Memory;
using Spectre.Console;

namespace FastCore.Cli.Memory;

/// <summary>The table of a node's memory, for people and for programs.</summary>
internal static class MemoryReport
{
    private const int PageRows = 1024;

    /// <summary>Asks a node for all rows.</summary>
    public static async Task<List<MemoryLine>> ReadAsync(IFastCoreSession session)
    {
        MemoryRecord[] records = new MemoryRecord[PageRows];
        List<MemoryLine> lines = [];
        ulong after = 0;
        while (true)
        {
            MemoryFilter filter = new() { After = after, Limit = (uint)records.Length };
            Reply reply = await session.GetMemoryAsync(filter, records);
            FrameStatusText.ThrowUnlessOk(reply);
            int count = reply.Length / MemoryRecord.Size;
            lines.AddRange(records.Take(count).Select(record => MemoryLine.Of(record)));
            if (count < records.Length)
            {
                return lines;
            }

            after = records[count - 1].Place;
        }
    }

    /// <summary>The rows and their sums as JSON.</summary>
    public static void AddTo(JsonObject document, IReadOnlyList<MemoryLine> lines)
    {
        document["process_bytes"] = SumOf(lines, MemoryKind.Process);
        document["managed_bytes"] = ManagedOf(lines);
        document["off_heap_bytes"] = OffHeapOf(lines);
        document["disk_bytes"] = SumOf(lines, MemoryKind.Disk);
        document["memory"] = new JsonArray([.. lines.Select(line => (JsonNode)line.ToJson())]);
    }

    /// <summary>Shows the rows, those of partitions summed up.</summary>
    public static void Show(CliContext context, IReadOnlyList<MemoryLine> lines)
    {
        Table table = new Table().Border(TableBorder.Simple)
            .AddColumns("what", "kind", "holds", "free", "at most", "count", "load", "found", "not found", "hits");
        foreach (MemoryLine line in MemoryLine.SumPartitions(lines))
        {
            table.AddTextRow(CellsOf(line));
        }

        foreach (TableColumn column in table.Columns)
        {
            column.NoWrap();
        }

        foreach (TableColumn column in table.Columns.Skip(2))
        {
            column.RightAligned();
        }

        context.Say(table);
        if (lines.FirstOrDefault(line => line.Kind == MemoryKind.Pauses) is MemoryLine pauses)
        {
            context.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"Collector: {pauses.Count} collections, {pauses.PauseNs / 1e6:0.##} ms of pauses, "
                + $"the longest of the newest {pauses.PauseMaxNs / 1e6:0.##} ms."));
        }

        context.Say($"Process {Size(SumOf(lines, MemoryKind.Process))}: managed {Size(ManagedOf(lines))}, "
            + $"outside the heap {Size(OffHeapOf(lines))}; on disk {Size(SumOf(lines, MemoryKind.Disk))}.");
    }

    /// <summary>Bytes as people read them.</summary>
    public static string Size(ulong bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    private static string[] CellsOf(MemoryLine line) =>
    [
        line.Name,
        SnakeCase.Of(line.Kind.ToString()),
        line.Kind == MemoryKind.Pauses ? "" : Size(line.Bytes),
        line.FreeBytes == 0 ? "" : Size(line.FreeBytes),
        line.BytesMax == 0 ? "" : Size(line.BytesMax),
        Number(line.Count),
        line.Load is double load ? Percent(load) : "",
        Number(line.Hits),
        Number(line.Misses),
        line.HitRatio is double ratio ? Percent(ratio) : "",
    ];

    private static string Number(ulong number) =>
        number == 0 ? "" : number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static ulong ManagedOf(IReadOnlyList<MemoryLine> lines) =>
        lines.FirstOrDefault(line => line is { Kind: MemoryKind.Heap, Name: "gc.committed" })?.Bytes ?? 0;

    private static ulong OffHeapOf(IReadOnlyList<MemoryLine> lines) => SumOf(
        lines, MemoryKind.Table, MemoryKind.Index, MemoryKind.Cache, MemoryKind.Buffer);

    private static ulong SumOf(IReadOnlyList<MemoryLine> lines, params MemoryKind[] kinds) =>
        lines.Where(line => kinds.Contains(line.Kind)).Aggregate(0UL, (sum, line) => sum + line.Bytes);
}
