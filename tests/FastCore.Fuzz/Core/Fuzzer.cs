using FastCore.Testing;

namespace FastCore.Fuzz.Core;

/// <summary>
/// One parser under attack: where its inputs come from, and what must hold for every input. What a run does depends on
/// its input only, so that an input alone repeats a failure. Used by one thread.
/// </summary>
public abstract class Fuzzer
{
    /// <summary>Name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is attacked, in a sentence.</summary>
    public abstract string Summary { get; }

    /// <summary>Bytes of an input at most.</summary>
    public virtual int InputSizeMax => 2048;

    /// <summary>Bytes of managed memory that one input may allocate, the refusal's exception included.</summary>
    public abstract long AllocationMax { get; }

    /// <summary>Words that the parser knows; they are put into inputs.</summary>
    public virtual IReadOnlyList<byte[]> Tokens => [];

    /// <summary>Inputs to begin with; well-formed ones, so that mutations start behind the first checks.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>
    /// Makes a new input in the place of a mutated one, for parsers whose grammar mutations seldom keep. One input in
    /// eight is made so; 0 = there is no such way.
    /// </summary>
    /// <returns>Bytes of the input.</returns>
    public virtual int Generate(Span<byte> input, SeededRandom random) => 0;

    /// <summary>
    /// Makes checksums right again after a mutation, so that what lies behind them is reached. Three inputs in four are
    /// mended; the fourth shows that the checksum itself refuses.
    /// </summary>
    public virtual void Mend(Span<byte> input, SeededRandom random)
    {
    }

    /// <summary>
    /// Parses the input and checks what must hold. Exceptions that the parser documents are caught here and become part
    /// of the verdict; any other one is a finding, as is a <see cref="BrokenPropertyException"/>.
    /// </summary>
    public abstract Verdict Run(ReadOnlySpan<byte> input);
}
