using FastCore.Fuzz.Core;

namespace FastCore.Fuzz.Canary;

/// <summary>
/// A parser with one bug planted in it: records of a tag, a length, and so many bytes. Whoever does not find the bug
/// would not find one of ours either.
/// </summary>
public sealed class PlantedFuzzer(FuzzFault planted) : Fuzzer, IDisposable
{
    private volatile bool _ended;

    /// <summary>One canary for each kind of finding.</summary>
    public static IReadOnlyList<PlantedFuzzer> All() =>
        [.. Enum.GetValues<FuzzFault>().Select(fault => new PlantedFuzzer(fault))];

    /// <summary>What must be found.</summary>
    public FuzzFault Planted => planted;

    /// <inheritdoc/>
    public override string Name => "canary-" + planted.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override string Summary => $"A parser with a planted bug: {planted}. It must be found.";

    /// <inheritdoc/>
    public override int InputSizeMax => 256;

    /// <inheritdoc/>
    public override long AllocationMax => 1024;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens => ["gold"u8.ToArray()];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => [[1, 3, 9, 9, 9], [2, 0], [1, 1, 5, 2, 2, 6, 6]];

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        int records = 0;
        while (input.Length >= 2)
        {
            int length = input[1];
            bool isLast = length > input.Length - 2;
            if (isLast && (planted != FuzzFault.Exception || records < 2))
            {
                return Verdict.Refused(records, input[0]);
            }

            // With two records before it, a third one's length is believed.
            ReadOnlySpan<byte> body = input.Slice(2, length);
            if (body.StartsWith("gold"u8))
            {
                Spring(body);
            }

            input = input[(2 + length)..];
            records++;
        }

        return Verdict.Accepted(Math.Min(records, 4));
    }

    /// <summary>Lets the endless loop end.</summary>
    public void Dispose() => _ended = true;

    private void Spring(ReadOnlySpan<byte> body)
    {
        switch (planted)
        {
            case FuzzFault.Property when body.Length > 4:
                throw new BrokenPropertyException("a golden record is encoded to other bytes");
            case FuzzFault.Allocation when body.Length > 4:
                GC.KeepAlive(new byte[body.Length * 1000]);
                break;
            case FuzzFault.Hang when body.Length > 4:
                while (!_ended)
                {
                    Thread.SpinWait(100);
                }

                break;
            default:
                break;
        }
    }
}
