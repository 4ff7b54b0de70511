namespace FastCore.Payments.Ledger;

/// <summary>
/// What a batch of events needs to know about its events. Implemented by structs only, so that the batch loop is
/// compiled once per kind of event and calls nothing through an interface.
/// </summary>
/// <typeparam name="TEvent">The wire struct.</typeparam>
internal interface IEventRules<TEvent>
    where TEvent : unmanaged
{
    /// <summary>
    /// Number of <c>imported_event_expected</c>; the codes up to must_not_advance differ between kinds.
    /// </summary>
    uint ImportedEventExpected { get; }

    /// <summary>Number of <c>imported_event_not_expected</c>.</summary>
    uint ImportedEventNotExpected { get; }

    /// <summary>Number of <c>imported_event_timestamp_out_of_range</c>.</summary>
    uint ImportedEventTimestampOutOfRange { get; }

    /// <summary>Number of <c>imported_event_timestamp_must_not_advance</c>.</summary>
    uint ImportedEventTimestampMustNotAdvance { get; }

    bool IsLinked(in TEvent asked);

    bool IsImported(in TEvent asked);

    ulong TimestampOf(in TEvent asked);

    /// <summary>Brings towards the CPU what the event will touch.</summary>
    void Prefetch(ulong book, in TEvent asked);

    /// <summary>Applies the event's own rules.</summary>
    uint Create(ulong book, in TEvent asked, ulong eventNs, out ulong timestampNs);
}
