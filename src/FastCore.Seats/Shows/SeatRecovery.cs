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
        for (long block = 0; block * store.HoldHistory.RowsPerBlock < store.HoldHistory.Count; block++)
        {
            foreach (ref readonly HoldRow row in store.HoldHistory.Block(block))
            {
                // Newer versions come later, so the last one stays.
                store.Index.Set(RecordKey.Of(row.Id, RecordKinds.Hold, row.Show), (ulong)row.Position);
            }
        }

        for (long block = 0; block * store.Bookings.RowsPerBlock < store.Bookings.Count; block++)
        {
            long position = block * store.Bookings.RowsPerBlock;
            foreach (ref readonly BookingRow row in store.Bookings.Block(block))
            {
                RecordKey key = RecordKey.Of(row.Record.Id, RecordKinds.Booking, row.Record.Show);
                store.Index.Set(key, (ulong)position++);
            }
        }

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
