using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>One entry between two internal accounts of a merchant's book.</summary>
/// <param name="Id">Id shown in statements: the payment's, the action's, or the clearing account's.</param>
/// <param name="Debit">Debited; of no meaning when something held is taken or released.</param>
/// <param name="Credit">Credited; of no meaning when something held is taken or released.</param>
/// <param name="Amount">Amount, minor units.</param>
/// <param name="Reason">The transfer's code; what takes or releases keeps that of the hold.</param>
/// <param name="PaymentId">The payment, or zero: 128-bit user data.</param>
/// <param name="UserData64">64-bit user data.</param>
public readonly record struct MerchantEntry(
    UInt128 Id,
    MerchantAccount Debit,
    MerchantAccount Credit,
    ulong Amount,
    PostingReason Reason,
    UInt128 PaymentId,
    ulong UserData64);
