using System.Runtime.InteropServices;
using FastCore.Engine.Rings;

namespace FastCore.Fuzz.Litmus;

/// <summary>
/// Park and wake: one thread publishes work and takes the flag, the other raises the flag and looks for work. That
/// neither sees the other is a lost wake-up. The twin has no fences between its store and its load, which every
/// processor with a store buffer may then swap.
/// </summary>
public sealed class FlagLitmus : LitmusTest
{
    private const int Cells = 256;

    private readonly Cell[] _cells = new Cell[Cells];
    private readonly bool[] _took = new bool[Cells];
    private readonly bool[] _saw = new bool[Cells];

    /// <inheritdoc/>
    public override string Summary => "WakeFlag against a flag without fences";

    /// <inheritdoc/>
    public override bool ShowsOnX64 => true;

    /// <inheritdoc/>
    protected override long Forbidden(bool twin, int rounds)
    {
        Race race = new(2);
        long forbidden = 0;
        int laps = Math.Max(1, rounds / Cells);
        Race.Run(
            () =>
            {
                for (int lap = 0; lap < laps; lap++)
                {
                    Array.Clear(_cells);
                    race.Meet();
                    Wake(twin);
                    race.Meet();
                    for (int i = 0; i < Cells; i++)
                    {
                        forbidden += !_took[i] && !_saw[i] ? 1 : 0;
                    }
                }
            },
            () =>
            {
                for (int lap = 0; lap < laps; lap++)
                {
                    race.Meet();
                    Park(twin);
                    race.Meet();
                }
            });
        return forbidden;
    }

    private void Wake(bool twin)
    {
        for (int i = 0; i < Cells; i++)
        {
            ref Cell cell = ref _cells[i];
            Volatile.Write(ref cell.Work, 1);
            _took[i] = twin ? Volatile.Read(ref cell.LooseFlag) == 1 : cell.Flag.TryTake();
        }
    }

    private void Park(bool twin)
    {
        for (int i = 0; i < Cells; i++)
        {
            ref Cell cell = ref _cells[i];
            if (twin)
            {
                Volatile.Write(ref cell.LooseFlag, 1);
            }
            else
            {
                cell.Flag.Raise();
            }

            _saw[i] = Volatile.Read(ref cell.Work) == 1;
        }
    }

    // Work and flags on lines of their own, as they are in a ring and a thread.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Cell
    {
        [FieldOffset(0)] public int Work;
        [FieldOffset(128)] public WakeFlag Flag;
        [FieldOffset(192)] public int LooseFlag;
    }
}
