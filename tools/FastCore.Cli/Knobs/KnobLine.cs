using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Node.Knobs;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;

namespace FastCore.Cli.Knobs;

/// <summary>A line of the table, whether it came from this process or from a server.</summary>
/// <param name="Name">The knob.</param>
/// <param name="Partition">The partition whose it is; null = the process's.</param>
/// <param name="Wanted">What was asked for; empty = nothing.</param>
/// <param name="Effective">What came of it, or what stands in the way; empty = the runtime does not tell.</param>
/// <param name="Source">Where it was asked for.</param>
/// <param name="IsLive">Whether it can be turned while the engine runs.</param>
/// <param name="Differs">Whether the wanted is not effective.</param>
internal sealed record KnobLine(
    string Name, int? Partition, string Wanted, string Effective, KnobSource Source, bool IsLive, bool Differs)
{
    /// <summary>Name with the partition.</summary>
    public string Title => Partition is int number
        ? string.Create(CultureInfo.InvariantCulture, $"{Name}[{number}]")
        : Name;

    /// <summary>The cells of its row.</summary>
    public string[] Cells =>
    [
        Title,
        Wanted.Length == 0 ? "-" : Wanted,
        Effective.Length == 0 ? "(not told)" : Effective,
        SnakeCase.Of(Source.ToString()).Replace('_', ' '),
        IsLive ? "live" : "restart",
        Differs ? "<- NOT EFFECTIVE" : "",
    ];

    /// <summary>The line of a row in this process.</summary>
    public static KnobLine Of(KnobRow row) => new(
        row.Knob.Name, row.Partition < 0 ? null : row.Partition, row.Wanted ?? "", row.Note ?? row.Effective ?? "",
        row.Source, row.Knob.IsLive, row.Differs);

    /// <summary>The line of a server's row.</summary>
    public static KnobLine Of(KnobRecord record) => new(
        FieldText.Of(record.Name), record.Partition == ushort.MaxValue ? null : record.Partition,
        FieldText.Of(record.Wanted), FieldText.Of(record.Effective), record.Source,
        (record.Flags & KnobFlags.Live) != 0, (record.Flags & KnobFlags.Differs) != 0);

    /// <summary>The line as JSON.</summary>
    public JsonObject ToJson()
    {
        Knob? knob = KnobControl.Find(Name);
        return new JsonObject
        {
            ["knob"] = Name,
            ["partition"] = Partition,
            ["group"] = knob?.Group,
            ["wanted"] = Wanted.Length == 0 ? null : Wanted,
            ["effective"] = Effective.Length == 0 ? null : Effective,
            ["source"] = SnakeCase.Of(Source.ToString()),
            ["changes"] = IsLive ? "live" : "restart",
            ["differs"] = Differs,
            ["variable"] = (knob as RuntimeKnob)?.Variable
                ?? (knob is EngineKnob engine ? $"{EngineSettings.VariablePrefix}Node__{engine.Property}" : null),
            ["property"] = (knob as RuntimeKnob)?.Property,
            ["takes"] = knob?.Form.Domain,
            ["meaning"] = knob?.Meaning,
        };
    }
}
