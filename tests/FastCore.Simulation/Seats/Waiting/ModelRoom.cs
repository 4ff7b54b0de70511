using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Simulation.Seats.Waiting;

/// <summary>A waiting room of the model.</summary>
internal sealed class ModelRoom(ModelShow show, OpenWaitingRoom terms, ulong createdAt)
{
    public ModelShow Show => show;

    public OpenWaitingRoom Terms => terms;

    public ulong CreatedAt { get; } = createdAt;

    public WaitingRoomState State { get; set; } = WaitingRoomState.Queueing;

    /// <summary>Timestamp of the last change by the house.</summary>
    public ulong Timestamp { get; set; } = createdAt;

    public Hash256 Seed { get; set; }

    public ulong OpenedAt { get; set; }

    /// <summary>Everybody that the room knows, by number.</summary>
    public Dictionary<ulong, ModelWaiter> Waiters { get; } = [];

    /// <summary>Who takes part in the draw, in the order of joining.</summary>
    public List<ModelWaiter> List { get; } = [];

    /// <summary>The line by place; null where nobody stands any more.</summary>
    public List<ModelWaiter?> Line { get; } = [];

    /// <summary>Steps of the draw, or of the closing, so far.</summary>
    public int Progress { get; set; }

    /// <summary>Words that the draw used.</summary>
    public ulong Words { get; set; }

    /// <summary>When its work goes on.</summary>
    public ulong? WorkAt { get; set; }

    public uint CallsMade { get; set; }

    public uint Ended { get; set; }

    public ulong EndedAt { get; set; }

    public ulong GapNs { get; set; }

    /// <summary>Whether only who was admitted may hold seats.</summary>
    public bool IsGuarding => State < WaitingRoomState.Closing;

    public bool CanCall => State == WaitingRoomState.Open && Count(WaitingState.Waiting) > 0
        && Count(WaitingState.Called) + Count(WaitingState.Active) < terms.SessionsMax;

    public uint Count(WaitingState state) => (uint)Waiters.Values.Count(waiter => waiter.State == state);

    public uint PlaceOf(ModelWaiter waiter) => (uint)Line.IndexOf(waiter) + 1;
}

/// <summary>A buyer in a waiting room of the model.</summary>
internal sealed class ModelWaiter(ulong buyer, int tablePlace)
{
    public ulong Buyer => buyer;

    /// <summary>Place in the table of buyers.</summary>
    public int TablePlace => tablePlace;

    public WaitingState State { get; set; }

    public ulong JoinedAt { get; set; }

    public ulong Timestamp { get; set; }

    public ulong ExpiresAt { get; set; }

    public ulong EnteredAt { get; set; }

    public UInt128 Session { get; set; }

    public uint Calls { get; set; }

    public uint Holds { get; set; }

    public uint Booked { get; set; }

    public bool HasTurn => State is WaitingState.Called or WaitingState.Active;
}
