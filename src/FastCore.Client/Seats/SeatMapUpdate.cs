using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Client.Seats;

/// <summary>What a follower has learned.</summary>
public enum SeatMapNews : byte
{
    /// <summary>The whole map is new: the first one, or one that was loaded again.</summary>
    Loaded,

    /// <summary>Changes were applied; they follow the last version without a gap.</summary>
    Changed,

    /// <summary>
    /// Changes were missed and nobody loads the map again until asked to; the map is that of its version.
    /// </summary>
    MustReload,

    /// <summary>There is no such show, or not yet.</summary>
    NoShow,

    /// <summary>The question was not answered; the map is that of its version, and the next call asks again.</summary>
    Failed,
}

/// <summary>One piece of news about a followed seat map.</summary>
/// <param name="News">What it is.</param>
/// <param name="Version">Version of the map after it; 0 without a map.</param>
/// <param name="Changes">
/// The changes that were applied, oldest first, until the next call; empty but for <see cref="SeatMapNews.Changed"/>.
/// </param>
/// <param name="HasMissed">
/// Of a loaded map: changes between the version before and this one are not told one by one.
/// </param>
/// <param name="Status">Why a question failed; else Ok.</param>
public readonly record struct SeatMapUpdate(
    SeatMapNews News,
    ulong Version,
    ReadOnlyMemory<SeatChange> Changes = default,
    bool HasMissed = false,
    FrameStatus Status = FrameStatus.Ok);
