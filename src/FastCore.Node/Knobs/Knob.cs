using System.Globalization;
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
    : Knob(Name, Group, IsLive, Form, Meaning)
{
    /// <summary>
    /// Whether the variable's number is decimal. The runtime reads all others in hexadecimal, with or without 0x.
    /// </summary>
    public bool IsDecimal { get; init; }

    /// <summary>Finds out what is effective in a process that has nothing else to do; null = Read tells.</summary>
    public Func<string?>? Measure { get; init; }

    /// <summary>Share by which a measured number may be off and still agree; 0 = it is exact.</summary>
    public double Tolerance { get; init; }

    private bool IsHexadecimal => !IsDecimal && Form.IsNumber;

    /// <summary>What a text of the variable means, as <see cref="Knob.Canonical"/> reads it.</summary>
    public string FromVariable(string text) =>
        IsHexadecimal && !text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? "0x" + text : text;

    /// <summary>A canonical value as the variable has it.</summary>
    public string ToVariable(string canonical) => canonical switch
    {
        "on" => "1",
        "off" => "0",
        _ when IsHexadecimal => long.Parse(canonical, CultureInfo.InvariantCulture)
            .ToString("X", CultureInfo.InvariantCulture),
        _ => canonical,
    };

    /// <summary>Whether what was wanted came about.</summary>
    public bool Agrees(string wanted, string effective) => Tolerance == 0
        ? wanted == effective
        : long.TryParse(wanted, out long asked) && long.TryParse(effective, out long found)
            && Math.Abs(found - asked) <= asked * Tolerance;
}

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
