using System.Globalization;
using FastCore.Protocol.Knobs;

namespace FastCore.Node.Knobs;

/// <summary>
/// Puts side by side what knobs are set to and what came of it. A setting that is misspelt or ignored is the usual
/// failure, and the runtime says nothing about it.
/// </summary>
public static class KnobTable
{
    /// <summary>The rows of the runtime.</summary>
    /// <param name="turned">What live knobs were turned to, by name.</param>
    /// <param name="isIdle">
    /// True when the process has nothing else to do: the budget of the youngest generation is measured then.
    /// </param>
    public static IEnumerable<KnobRow> OfRuntime(
        IReadOnlyDictionary<string, KnobTurn>? turned = null, bool isIdle = false)
    {
        Dictionary<string, string> environment = Variables();
        foreach (RuntimeKnob knob in RuntimeKnobs.All)
        {
            KnobTurn? turn = turned?.GetValueOrDefault(knob.Name);
            (string? text, KnobSource source, string? note) = turn is not null
                ? (turn.Value, KnobSource.Set, turn.Failure)
                : Wanted(knob, environment);
            string? wanted = text is null ? null : knob.Canonical(text);
            if (text is not null && wanted is null)
            {
                note ??= $"'{text}' is not {knob.Form.Domain}";
            }

            bool isMeasured = isIdle && wanted is not null && knob.Measure is not null;
            string? effective = isMeasured ? knob.Measure!() : knob.Read();
            yield return new KnobRow(knob, -1, wanted ?? text, effective, source, note);
        }
    }

    /// <summary>The rows of an engine that is not open: what it would be opened with.</summary>
    /// <param name="options">What it would be opened with.</param>
    public static IEnumerable<KnobRow> OfOptions(NodeOptions options)
    {
        NodeOptions defaults = new();
        foreach (EngineKnob knob in EngineKnobs.All)
        {
            string value = knob.Get(options);
            yield return new KnobRow(knob, -1, value, value, SourceOf(knob, value, options, defaults), null);
        }
    }

    /// <summary>
    /// The rows of an open node's engine that a partition tells: its own, and the first one the node's.
    /// </summary>
    internal static IEnumerable<KnobRow> OfPartition(
        OpenPartition open, IReadOnlyDictionary<string, KnobTurn> turned)
    {
        NodeOptions defaults = new();
        foreach (EngineKnob knob in EngineKnobs.All)
        {
            if (knob.IsOfPartition || open.Partition.Number == 0)
            {
                KnobTurn? turn = turned.GetValueOrDefault(knob.Name);
                string wanted = turn?.Value ?? knob.Get(open.Options);
                KnobSource source = turn is null ? SourceOf(knob, wanted, open.Options, defaults) : KnobSource.Set;
                int number = knob.IsOfPartition ? open.Partition.Number : -1;
                yield return new KnobRow(knob, number, wanted, knob.Read(open), source, turn?.Failure);
            }
        }
    }

    private static KnobSource SourceOf(EngineKnob knob, string value, NodeOptions options, NodeOptions defaults) =>
        options.KnobSources.TryGetValue(knob.Property, out KnobSource source) ? source
            : value == knob.Get(defaults) ? KnobSource.Default : KnobSource.Code;

    private static (string? Text, KnobSource Source, string? Note) Wanted(
        RuntimeKnob knob, Dictionary<string, string> environment)
    {
        if (knob.Variable is string variable)
        {
            if (environment.TryGetValue(variable, out string? value))
            {
                return (knob.FromVariable(value), KnobSource.Environment, null);
            }

            KeyValuePair<string, string> misspelt = environment.FirstOrDefault(
                pair => pair.Key.Equals(variable, StringComparison.OrdinalIgnoreCase));
            if (misspelt.Key is not null && !OperatingSystem.IsWindows())
            {
                return (misspelt.Value, KnobSource.Environment, $"{misspelt.Key} is not read, only {variable} is");
            }
        }

        object? property = knob.Property is null ? null : AppContext.GetData(knob.Property);
        return property is null
            ? (null, KnobSource.Default, null)
            : (Convert.ToString(property, CultureInfo.InvariantCulture), KnobSource.Json, null);
    }

    private static Dictionary<string, string> Variables()
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry.Key is string name && name.StartsWith("DOTNET_", StringComparison.OrdinalIgnoreCase))
            {
                variables[name] = (string?)entry.Value ?? "";
            }
        }

        return variables;
    }
}

/// <summary>What a live knob was turned to while the node ran.</summary>
/// <param name="Value">The value.</param>
/// <param name="Failure">What the runtime said against it; null = nothing.</param>
public sealed record KnobTurn(string Value, string? Failure);
