using FastCore.Protocol.Knobs;

namespace FastCore.Node.Knobs;

/// <summary>A knob with what it is set to and what came of it.</summary>
/// <param name="Knob">The knob.</param>
/// <param name="Partition">The partition whose it is; −1 = the process's.</param>
/// <param name="Wanted">What it is set to, in its one way of writing; null = nobody asked for anything.</param>
/// <param name="Effective">What came of it; null = the runtime does not tell.</param>
/// <param name="Source">Where the wanted value comes from.</param>
/// <param name="Note">What stands in the way, in words; null = nothing.</param>
public sealed record KnobRow(
    Knob Knob, int Partition, string? Wanted, string? Effective, KnobSource Source, string? Note)
{
    /// <summary>Whether what is wanted is not what is effective.</summary>
    public bool Differs => Note is not null || (Wanted is not null && Effective is not null && !Agrees());

    private bool Agrees() => Knob is RuntimeKnob runtime ? runtime.Agrees(Wanted!, Effective!) : Wanted == Effective;
}
