using FastCore.Engine.Ports;

namespace FastCore.Payments.Payments;

/// <summary>Rebuilds what is derived from the recovered parts: the record index and the timers.</summary>
internal sealed class PaymentRecovery(PaymentStore store, OrderOperations orders, ConnectorCalls calls)
{
    public void Rebuild()
    {
        for (long block = 0; block * store.Payments.RowsPerBlock < store.Payments.Count; block++)
        {
            long position = block * store.Payments.RowsPerBlock;
            foreach (ref readonly PaymentRow row in store.Payments.Block(block))
            {
                // Newer versions come later, so the last one stays.
                store.Index.Set(RecordKey.Of(row.Id, RecordKinds.Payment, row.Merchant), (ulong)position++);
            }
        }

        for (long block = 0; block * store.Actions.RowsPerBlock < store.Actions.Count; block++)
        {
            long position = block * store.Actions.RowsPerBlock;
            foreach (ref readonly ActionRow row in store.Actions.Block(block))
            {
                store.Index.Set(RecordKey.Of(row.Id, row.Kind, row.Merchant), (ulong)position++);
            }
        }

        for (long block = 0; block * store.Orders.RowsPerBlock < store.Orders.Count; block++)
        {
            long position = block * store.Orders.RowsPerBlock;
            foreach (ref readonly OrderRow row in store.Orders.Block(block))
            {
                orders.RebuildReceipt(row, position);
                store.Index.Set(RecordKey.Of(row.Record.Id, RecordKinds.Order, row.Record.Merchant), (ulong)position++);
            }
        }

        RebuildOpen();
    }

    // Timers, and the places set aside in the ledger.
    private void RebuildOpen()
    {
        store.Timers.Clear(store.Time.Last);
        for (int slot = 0; slot < store.Open.SlotsUsed; slot++)
        {
            if (store.Open.IsLive(slot) && store.Open.Read(slot) is { CaptureBefore: not 0, IsOverdue: 0 } open)
            {
                store.Timers.SetWindow(slot, open.CaptureBefore);
            }
        }

        for (int slot = 0; slot < store.Calls.SlotsUsed; slot++)
        {
            if (store.Calls.IsLive(slot))
            {
                store.Timers.SetCall(slot, store.Calls.Read(slot).DueNs);
                calls.SetAsidePending(store.Calls.Read(slot), 1);
            }
        }
    }
}
