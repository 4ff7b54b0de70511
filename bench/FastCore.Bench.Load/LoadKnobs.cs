using System.Text.Json.Nodes;
using FastCore.Node;
using FastCore.Node.Knobs;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;

namespace FastCore.Bench.Load;

/// <summary>Sets the knobs of a run, and says afterwards which of them were effective.</summary>
internal static class LoadKnobs
{
    private const int RowsMax = 512;

    /// <summary>Sets the engine's knobs before it opens.</summary>
    /// <exception cref="LoadException">There is no such knob, or it does not take the value.</exception>
    public static void Apply(LoadOptions options, NodeOptions node)
    {
        Dictionary<string, KnobSource> sources = [];
        foreach ((string name, string value) in options.Knobs)
        {
            Knob knob = KnobControl.Find(name) ?? throw new LoadException($"There is no knob '{name}'.");
            string canonical = knob.Canonical(value)
                ?? throw new LoadException($"The knob {name} takes {knob.Form.Domain}, not '{value}'.");
            if (knob is EngineKnob engine)
            {
                engine.Set(node, canonical);
                sources[engine.Property] = KnobSource.CommandLine;
            }
            else if (!knob.IsLive)
            {
                throw new LoadException(
                    $"The knob {name} needs its variable {((RuntimeKnob)knob).Variable} set before the start.");
            }
        }

        node.KnobSources = sources;
    }

    /// <summary>Turns the runtime's live knobs once the engine is open.</summary>
    public static async Task TurnAsync(LoadOptions options, IFastCoreSession session)
    {
        foreach ((string name, string value) in options.Knobs)
        {
            if (KnobControl.Find(name) is not RuntimeKnob knob)
            {
                continue;
            }

            KnobChange change = default;
            KnobResult[] results = new KnobResult[1];
            _ = FieldText.TryPut(change.Name, name);
            _ = FieldText.TryPut(change.Value, knob.Canonical(value)!);
            Reply reply = await session.SetKnobsAsync(new[] { change }, results);
            if (reply.Status != FrameStatus.Ok || results[0].Code != KnobStatus.Ok)
            {
                throw new LoadException($"The knob {name} was not turned: {reply.Status}, {results[0].Code}.");
            }
        }
    }

    /// <summary>
    /// What was set and what came of it; null when the target has no knobs, or does not show them to everybody.
    /// </summary>
    public static async Task<JsonObject?> ReadAsync(IFastCoreSession session)
    {
        KnobRecord[] rows = new KnobRecord[RowsMax];
        Reply reply = await session.GetKnobsAsync(new KnobFilter { Limit = RowsMax }, rows);
        if (reply.Status != FrameStatus.Ok)
        {
            return null;
        }

        JsonObject set = [];
        JsonArray notEffective = [];
        foreach (KnobRecord row in rows.Take(reply.Length / KnobRecord.Size))
        {
            string name = FieldText.Of(row.Name);
            if (row.Source is not (KnobSource.Default or KnobSource.Code or KnobSource.Json))
            {
                set[name] = FieldText.Of(row.Wanted);
            }

            if ((row.Flags & KnobFlags.Differs) != 0)
            {
                notEffective.Add($"{name}: {FieldText.Of(row.Wanted)} wanted, {FieldText.Of(row.Effective)}");
            }
        }

        return new JsonObject { ["knobs"] = set, ["knobs_not_effective"] = notEffective };
    }
}
