using FastCore.Engine.Ports;

namespace FastCore.Seats.Shows;

/// <summary>
/// Rebuilds what is derived from the recovered parts: charts, order of shows, record index, timers, lines.
/// </summary>
internal static class SeatRecovery
{
    public static void Rebuild(SeatStore store, ShowOrder order)
    {
        store.Charts.Rebuild();
        order.Rebuild(store);

        // Newer versions come later, so the last one stays.
        store.Index.SetAll(
            store.HoldHistory,
            static (in HoldRow row) => HoldKey.Of(row.Id, row.Show));
        store.Index.SetAll(
            store.Bookings,
            static (in BookingRow row) =>
                RecordKey.Of(row.Record.Id, RecordKinds.Booking, row.Record.Show));
        for (long block = 0; block * store.LinkedBookings.RowsPerBlock < store.LinkedBookings.Count; block++)
        {
            long position = block * store.LinkedBookings.RowsPerBlock;
            foreach (ref readonly LinkedBookingRow row in store.LinkedBookings.Block(block))
            {
                store.IndexLinked(row, position++);
            }
        }

        store.Waiting.Rebuild();
        store.Lists.Rebuild();
        store.Timers.Clear(store.Time.Last);
        for (int slot = 0; slot < store.Holds.SlotsUsed; slot++)
        {
            if (store.Holds.IsLive(slot))
            {
                store.Timers.Set(slot, store.Holds.Read(slot).ExpiresAt);
            }
        }
    }
}
