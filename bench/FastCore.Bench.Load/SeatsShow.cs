using System.Numerics;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Bench.Load;

/// <summary>What the load generator knows of a show, from the outside: which seats somebody was told to have.</summary>
/// <param name="number">Number of the show.</param>
/// <param name="rows">Rows of it.</param>
internal sealed class SeatsShow(ulong number, int rows)
{
    private readonly ulong[] _owned = new ulong[rows];

    /// <summary>Number of the show.</summary>
    public ulong Number { get; } = number;

    /// <summary>Seats owned.</summary>
    public int Taken { get; private set; }

    /// <summary>Whether nobody was told to have any of the seats.</summary>
    public bool IsFree(int row, ulong seats) => (_owned[row] & seats) == 0;

    /// <summary>Somebody was told to have the seats.</summary>
    /// <returns>How many of them somebody else had been told to have.</returns>
    public int Own(int row, ulong seats)
    {
        int twice = BitOperations.PopCount(_owned[row] & seats);
        _owned[row] |= seats;
        Taken += BitOperations.PopCount(seats) - twice;
        return twice;
    }

    /// <summary>Whoever had the seats is about to give them back.</summary>
    public void GiveBack(int row, ulong seats)
    {
        _owned[row] &= ~seats;
        Taken -= BitOperations.PopCount(seats);
    }

    /// <summary>Compares the engine's map with what was told.</summary>
    /// <returns>Seats that are booked.</returns>
    public async Task<uint> VerifyAsync(IFastCoreSession session, List<string> differences)
    {
        byte[] body = new byte[BookPrefix.Size + SeatFilter.Size];
        MemoryMarshal.Write(body, new BookPrefix { Book = Number });
        MemoryMarshal.Write(body.AsSpan(BookPrefix.Size), new SeatFilter { Limit = (uint)_owned.Length });
        byte[] map = await LoadQueries.SendAsync(
            session, Operation.GetSeatMap, body, _owned.Length * SeatMapBlock.Size);
        uint booked = 0;
        ReadOnlySpan<SeatMapBlock> blocks = MemoryMarshal.Cast<byte, SeatMapBlock>(map);
        for (int row = 0; row < blocks.Length; row++)
        {
            booked += (uint)BitOperations.PopCount(blocks[row].Booked);
            if ((blocks[row].Held | blocks[row].Booked) != _owned[row])
            {
                differences.Add(
                    $"Row {row} of show {Number}: {blocks[row].Held | blocks[row].Booked:x} is taken, {_owned[row]:x} "
                    + "was acknowledged.");
            }
        }

        return booked;
    }
}

/// <summary>What happened to seats so far.</summary>
internal sealed class SeatsCounts
{
    /// <summary>Holds made.</summary>
    public long Holds;

    /// <summary>Bookings whose buyers were told that they are confirmed.</summary>
    public long Books;

    /// <summary>Holds refused because a seat was taken.</summary>
    public long Blocked;

    /// <summary>Seats that two buyers were told to have at the same time.</summary>
    public long DoubleBooked;
}
