using FastCore.Protocol;
using FastCore.Testing;

namespace FastCore.Simulation.Payments;

/// <summary>
/// Remembers the first content of every id, so that an id that is drawn again mostly comes with that content, exactly
/// or with one byte changed.
/// </summary>
internal sealed class RepeatedElements
{
    private readonly Dictionary<(Operation, ulong, UInt128), byte[]> _first = [];

    /// <summary>The element to send: as drawn when its id is new, else mostly the one of before.</summary>
    public byte[] Choose(Operation operation, ulong merchant, UInt128 id, byte[] drawn, SeededRandom random)
    {
        if (!_first.TryGetValue((operation, merchant, id), out byte[]? first))
        {
            _first.Add((operation, merchant, id), drawn);
            return drawn;
        }

        switch (random.Below(6))
        {
            case 0:
                return drawn;
            case 1 or 2:
                byte[] changed = [.. first];
                changed[random.Below(changed.Length)] ^= (byte)(1 << random.Below(8));
                return changed;
            default:
                return first;
        }
    }
}
