using FastCore.Seats.Waiting;
using FastCore.Testing;
using Xunit;

namespace FastCore.Seats.Tests.Waiting;

public sealed class WaitingLineTests
{
    // The naive twin is a list that is counted through.
    [Fact]
    public void A_line_counts_as_its_naive_twin_does()
    {
        SeededRandom random = new(5);
        WaitingLine line = new();
        List<(int Slot, bool Waits)> twin = [(-1, false)];
        for (int step = 0; step < 4_000; step++)
        {
            uint place = (uint)random.Below(twin.Count);
            switch (random.Below(place == 0 ? 1 : 5))
            {
                case 0:
                    bool waitsNow = !random.OneIn(3);
                    line.Put((uint)twin.Count, step, waitsNow);
                    twin.Add((step, waitsNow));
                    break;
                case 1:
                    line.Clear(place);
                    twin[(int)place] = (-1, false);
                    break;
                case 2 when twin[(int)place].Slot >= 0:
                    bool waits = random.OneIn(2);
                    line.SetWaits(place, waits);
                    twin[(int)place] = (twin[(int)place].Slot, waits);
                    break;
                case 3:
                    uint other = 1 + (uint)random.Below(twin.Count - 1);
                    line.Swap(place, other);
                    (twin[(int)place], twin[(int)other]) = (twin[(int)other], twin[(int)place]);
                    break;
            }

            Assert.Equal(twin[(int)place].Slot, place == 0 ? -1 : line.SlotAt(place));
            Assert.Equal(twin.Take((int)place + 1).Count(one => one.Waits), (int)line.CountUpTo(place));
            int after = twin.FindIndex((int)place + 1, one => one.Waits);
            Assert.Equal(after < 0 ? -1 : twin[after].Slot, line.SlotAt(line.After(place)));
            int first = twin.FindIndex(one => one.Waits);
            if (first >= 0)
            {
                Assert.Equal((uint)first, line.First());
            }
        }

        Assert.Equal(-1, line.SlotAt(1_000_000));
    }
}
