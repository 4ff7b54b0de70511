using FastCore.Engine.Ports;

namespace FastCore.Payments.Payments;

/// <summary>Rebuilds what is derived from the recovered parts: the record index and the timers.</summary>
internal sealed class PaymentRecovery(PaymentStore store, OrderOperations orders, ConnectorCalls calls)
{
    public void Rebuild()
    {
        // Newer versions come later, so the last one stays.
        store.Index.SetAll(
            store.Payments,
            static (in PaymentRow row) => RecordKey.Of(row.Id, RecordKinds.Payment, row.Merchant));
        store.Index.SetAll(
            store.Actions,
            static (in ActionRow row) => RecordKey.Of(row.Id, row.Kind, row.Merchant));
        store.Index.SetAll(
            store.Orders,
            static (in OrderRow row) => RecordKey.Of(row.Record.Id, RecordKinds.Order, row.Record.Merchant));
        for (long block = 0; block * store.Orders.RowsPerBlock < store.Orders.Count; block++)
        {
            long position = block * store.Orders.RowsPerBlock;
            foreach (ref readonly OrderRow row in store.Orders.Block(block))
            {
                orders.RebuildReceipt(row, position++);
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
