using FastCore.Protocol.Knobs;

namespace FastCore.Node.Knobs;

/// <summary>
/// Something about the runtime or the engine that can be set from outside. What it is set to and what came of it are
/// two things: <see cref="KnobTable"/> puts them side by side.
/// </summary>
/// <param name="Name">Name in snake_case, at most <see cref="KnobLimits.NameBytesMax"/> bytes.</param>
/// <param name="Group">What it belongs to: gc, jit, threads, engine, storage.</param>
/// <param name="IsLive">Whether it can be turned while the node runs.</param>
/// <param name="Form">How its values are written.</param>
/// <param name="Meaning">A sentence for people.</param>
public abstract record Knob(string Name, string Group, bool IsLive, KnobForm Form, string Meaning)
{
    /// <summary>The value in its one way of writing, or null when it is none.</summary>
    public string? Canonical(string text) => Form.Canonical(text);
}

/// <summary>
/// A knob of the .NET runtime: a property of runtimeconfig.json, a variable of the environment, or both.
/// </summary>
/// <param name="Name">See <see cref="Knob"/>.</param>
/// <param name="Group">See <see cref="Knob"/>.</param>
/// <param name="IsLive">See <see cref="Knob"/>.</param>
/// <param name="Form">See <see cref="Knob"/>.</param>
/// <param name="Meaning">See <see cref="Knob"/>.</param>
/// <param name="Property">Name in runtimeconfig.json; null = it is not read from there.</param>
/// <param name="Variable">
/// Variable of the environment, whose case counts on Linux; null = it is not read from there.
/// </param>
/// <param name="Read">What is effective; null = the runtime does not tell.</param>
/// <param name="Turn">Turns a live one; what it throws becomes what is said of the effective value.</param>
public sealed record RuntimeKnob(
    string Name,
    string Group,
    bool IsLive,
    KnobForm Form,
    string Meaning,
    string? Property,
    string? Variable,
    Func<string?> Read,
    Action<string>? Turn = null)
    : Knob(Name, Group, IsLive, Form, Meaning);

/// <summary>A knob of the engine: a property of <see cref="NodeOptions"/>.</summary>
/// <param name="Name">See <see cref="Knob"/>.</param>
/// <param name="Group">See <see cref="Knob"/>.</param>
/// <param name="IsLive">See <see cref="Knob"/>.</param>
/// <param name="Form">See <see cref="Knob"/>.</param>
/// <param name="Meaning">See <see cref="Knob"/>.</param>
/// <param name="Property">Name of the property, as configuration files have it.</param>
/// <param name="Get">Its value in options.</param>
/// <param name="Set">Sets a canonical value in options.</param>
/// <param name="Read">What is effective in an open node; per partition for those of partitions.</param>
/// <param name="Turn">Turns a live one of a partition.</param>
public sealed record EngineKnob(
    string Name,
    string Group,
    bool IsLive,
    KnobForm Form,
    string Meaning,
    string Property,
    Func<NodeOptions, string> Get,
    Action<NodeOptions, string> Set,
    Func<OpenPartition, string> Read,
    Action<OpenPartition, string>? Turn = null)
    : Knob(Name, Group, IsLive, Form, Meaning)
{
    /// <summary>Whether each partition has its own.</summary>
    public bool IsOfPartition { get; init; }
}
