using System.Runtime.InteropServices;

namespace FastCore.Fraud.Features;

/// <summary>
/// What happened to the history of one kind of key since the state began. Part of the state, so that a replay counts
/// the same.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct FeatureCounters
{
    /// <summary>Transactions recorded.</summary>
    public long Recorded;

    /// <summary>Transactions refused.</summary>
    public long Refused;

    /// <summary>Transactions older than the newest of their key, which were taken to happen together with it.</summary>
    public long Late;

    /// <summary>Events that are known by their hour only from then on.</summary>
    public long Spilled;

    /// <summary>Transactions whose raw values read spilled hours: exact to the hour only.</summary>
    public long Approximate;

    /// <summary>
    /// Spilled events that fell out of a window shorter than an hour before their time: its totals were capped.
    /// </summary>
    public long CappedWindows;

    /// <summary>Labels accepted.</summary>
    public long Labels;

    /// <summary>Labels that were there already.</summary>
    public long RepeatedLabels;

    /// <summary>Labels older than the one that was there.</summary>
    public long SupersededLabels;

    /// <summary>Labels for transactions that are not known any more.</summary>
    public long UnknownLabels;

    /// <summary>Labels refused for want of room.</summary>
    public long RefusedLabels;

    /// <summary>Keys dropped by <see cref="FeatureStore.Reclaim"/>.</summary>
    public long ForgottenKeys;
}
