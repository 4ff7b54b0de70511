using FastCore.Node.Sessions;

using Xunit;

namespace FastCore.Node.Tests;

public sealed class FreeSlotsTests
{
    [Fact]
    public void The_slot_freed_last_is_taken_first_and_none_twice()
    {
        FreeSlots slots = new(4);
        Assert.Equal([0, 1, 2, 3, -1], [slots.Pop(), slots.Pop(), slots.Pop(), slots.Pop(), slots.Pop()]);
        slots.Push(2);
        slots.Push(0);
        Assert.Equal([0, 2, -1], [slots.Pop(), slots.Pop(), slots.Pop()]);
    }

    [Fact]
    public void Threads_never_hold_the_same_slot()
    {
        FreeSlots slots = new(8);
        int[] holders = new int[8];
        int collisions = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 200_000; i++)
            {
                int slot = slots.Pop();
                if (slot < 0)
                {
                    continue;
                }

                if (Interlocked.Increment(ref holders[slot]) != 1)
                {
                    Interlocked.Increment(ref collisions);
                }

                Interlocked.Decrement(ref holders[slot]);
                slots.Push(slot);
            }
        });
        Assert.Equal(0, collisions);
        Assert.Equal(8, Enumerable.Range(0, 8).Select(_ => slots.Pop()).Distinct().Count());
    }
}
