namespace FastCore.Fuzz.Models;

/// <summary>What a step of a modelled thread does to memory.</summary>
internal enum StepKind
{
    /// <summary>A register takes a variable's value: the thread's own newest buffered store, or memory.</summary>
    Load,

    /// <summary>A store; it waits in the thread's buffer until the model lets it out.</summary>
    Store,

    /// <summary>A store with release order: it leaves the buffer only after everything before it.</summary>
    Release,

    /// <summary>Waits until the thread's buffer is empty.</summary>
    Fence,

    /// <summary>With an empty buffer: a register takes the old value, memory the new one, in one step.</summary>
    Exchange,

    /// <summary>As exchange, if the old value is the one that the register holds; it then holds 1, else 0.</summary>
    CompareExchange,

    /// <summary>Waits until a variable is not zero in memory, and makes it zero: an event that resets itself.</summary>
    Await,

    /// <summary>A register takes a value made of the registers.</summary>
    Compute,

    /// <summary>Goes on at another step when a condition over the registers holds.</summary>
    Jump,
}

/// <summary>One step of a modelled thread.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Variable">Which variable of memory.</param>
/// <param name="Register">Which register of the thread.</param>
/// <param name="Value">The value to store, or a jump's condition (not zero), from the registers.</param>
/// <param name="Target">Label of the step to go on at.</param>
internal sealed record Step(StepKind Kind, int Variable, int Register, Func<int[], int>? Value, string? Target)
{
    /// <summary>Name of this step for jumps.</summary>
    public string? Label { get; init; }

    public static Step Load(int register, int variable) => new(StepKind.Load, variable, register, null, null);

    public static Step Store(int variable, Func<int[], int> value) => new(StepKind.Store, variable, 0, value, null);

    public static Step Release(int variable, Func<int[], int> value) => new(StepKind.Release, variable, 0, value, null);

    public static Step Fence() => new(StepKind.Fence, 0, 0, null, null);

    public static Step Exchange(int register, int variable, Func<int[], int> value) =>
        new(StepKind.Exchange, variable, register, value, null);

    public static Step CompareExchange(int register, int variable, Func<int[], int> value) =>
        new(StepKind.CompareExchange, variable, register, value, null);

    public static Step Compute(int register, Func<int[], int> value) => new(StepKind.Compute, 0, register, value, null);

    public static Step Await(int variable) => new(StepKind.Await, variable, 0, null, null);

    public static Step Jump(string target, Func<int[], bool> condition) =>
        new(StepKind.Jump, 0, 0, registers => condition(registers) ? 1 : 0, target);

    public static Step Jump(string target) => Jump(target, static _ => true);
}
