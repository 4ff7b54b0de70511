using FastCore.Protocol.Seats.Lists;

namespace FastCore.Simulation.Seats.Lists;

/// <summary>A waiting list of the model.</summary>
internal sealed class ModelList(ModelShow show, OpenWaitingList terms, int number, ulong createdAt)
{
    public ModelShow Show => show;

    public OpenWaitingList Terms => terms;

    /// <summary>How many lists were opened before it.</summary>
    public int Number => number;

    public ulong CreatedAt => createdAt;

    /// <summary>When it ended; 0 = it has not.</summary>
    public ulong EndedAt { get; set; }

    public bool IsOpen => EndedAt == 0;

    /// <summary>Everybody who ever joined, in the order of the places.</summary>
    public List<ModelListEntry> Entries { get; } = [];

    /// <summary>When it is served, if it is.</summary>
    public ulong? WorkAt { get; set; }

    /// <summary>Whether somebody could not be served because there was no room for a hold.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Whether ordinary holds must wait until it is served.</summary>
    public bool IsServing => IsOpen && WorkAt is not null;

    /// <summary>Those who wait, in order.</summary>
    public IEnumerable<ModelListEntry> Waiting =>
        Entries.Where(entry => entry.State == WaitingListEntryState.Waiting);

    public ModelListEntry? Find(UInt128 id) => Entries.Find(entry => entry.Terms.Id == id);
}

/// <summary>An entry of a waiting list of the model.</summary>
internal sealed class ModelListEntry(JoinWaitingList terms, uint place, ulong joinedAt)
{
    public JoinWaitingList Terms => terms;

    public uint Place => place;

    public ulong JoinedAt { get; } = joinedAt;

    public ulong Timestamp { get; set; } = joinedAt;

    public WaitingListEntryState State { get; set; } = WaitingListEntryState.Waiting;

    /// <summary>What it was offered, whatever has become of it.</summary>
    public ModelHold? Hold { get; set; }
}
