using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

public sealed class PaymentStructTests
{
    [Theory]
    [InlineData(typeof(CreateMerchant), Operation.CreateMerchants)]
    [InlineData(typeof(CreateOrder), Operation.CreateOrders)]
    [InlineData(typeof(CreatePayment), Operation.CreatePayments)]
    [InlineData(typeof(PaymentAction), Operation.CapturePayments)]
    [InlineData(typeof(PaymentAction), Operation.VoidPayments)]
    [InlineData(typeof(PaymentAction), Operation.RefundPayments)]
    [InlineData(typeof(PaymentAction), Operation.FundMerchants)]
    [InlineData(typeof(ConnectorAnswer), Operation.ConnectorAnswers)]
    public void Request_structs_match_the_operation_table(Type type, Operation operation)
    {
        OperationShape shape = OperationTable.Find(operation)!;
        Assert.Equal(shape.ElementSize, SizeOf(type));
        Assert.Equal(PaymentResult.Size, shape.ResultSize);
        Assert.Equal(shape.KeyOffset, (int)Marshal.OffsetOf(type, "Merchant"));
    }

    [Theory]
    [InlineData(typeof(MerchantRecord), Operation.LookupMerchants)]
    [InlineData(typeof(OrderRecord), Operation.LookupOrders)]
    [InlineData(typeof(PaymentRecord), Operation.LookupPayments)]
    [InlineData(typeof(RefundRecord), Operation.LookupRefunds)]
    public void Records_match_the_operation_table(Type type, Operation operation) =>
        Assert.Equal(OperationTable.Find(operation)!.ResultSize, SizeOf(type));

    [Theory]
    [InlineData(typeof(CreateMerchant))]
    [InlineData(typeof(CreateOrder))]
    [InlineData(typeof(CreatePayment))]
    [InlineData(typeof(PaymentAction))]
    [InlineData(typeof(PaymentResult))]
    [InlineData(typeof(ConnectorAnswer))]
    [InlineData(typeof(MerchantRecord))]
    [InlineData(typeof(OrderRecord))]
    [InlineData(typeof(PaymentRecord))]
    [InlineData(typeof(RefundRecord))]
    public void Fields_cover_every_byte_once(Type type)
    {
        int next = 0;
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                     .OrderBy(field => (int)Marshal.OffsetOf(type, field.Name)))
        {
            Assert.Equal(next, (int)Marshal.OffsetOf(type, field.Name));
            next += SizeOf(field.FieldType);
        }

        Assert.Equal(SizeOf(type), next);
        Assert.Equal(SizeOf(type), (int)type.GetField("Size")!.GetRawConstantValue()!);
    }

    [Fact]
    public void Status_names_are_snake_case_and_unique()
    {
        Assert.Equal(
            "exists_with_different_user_data_128",
            WireNames<PaymentStatus>.NameOf(PaymentStatus.ExistsWithDifferentUserData128));
        Assert.Equal("ok", WireNames<PaymentStatus>.NameOf(PaymentStatus.Ok));
        Assert.Equal("partially_refunded", WireNames<PaymentState>.NameOf(PaymentState.PartiallyRefunded));
        Assert.Equal("250", WireNames<DeclineCode>.NameOf((DeclineCode)250));
        PaymentStatus[] all = Enum.GetValues<PaymentStatus>();
        Assert.Equal(all.Length, all.Select(WireNames<PaymentStatus>.NameOf).Distinct().Count());
        Assert.All(all, status =>
        {
            Assert.InRange((uint)status, 1000u, 1999u);
            Assert.True(
                WireNames<PaymentStatus>.TryParse(WireNames<PaymentStatus>.NameOf(status), out PaymentStatus parsed));
            Assert.Equal(status, parsed);
        });
    }

    [Fact]
    public void A_code_below_1000_has_the_name_of_the_frame_status()
    {
        foreach (FrameStatus status in Enum.GetValues<FrameStatus>().Where(status => status != FrameStatus.Ok))
        {
            Assert.Equal(WireNames<FrameStatus>.NameOf(status), PaymentStatusNames.Of((PaymentStatus)status));
            Assert.True(PaymentStatusNames.IsFrameStatus((PaymentStatus)status, out FrameStatus found));
            Assert.Equal(status, found);
        }

        Assert.Equal("overloaded", PaymentStatusNames.Of((PaymentStatus)1));
        Assert.Equal("0", PaymentStatusNames.Of(0));
        Assert.Equal("999", PaymentStatusNames.Of((PaymentStatus)999));
        Assert.All(
            Enum.GetValues<PaymentStatus>(),
            status => Assert.Equal(WireNames<PaymentStatus>.NameOf(status), PaymentStatusNames.Of(status)));
        Assert.False(PaymentStatusNames.IsFrameStatus(PaymentStatus.Ok, out _));
    }

    [Fact]
    public void Internal_account_ids_lie_in_the_engines_range()
    {
        foreach (MerchantAccount account in Enum.GetValues<MerchantAccount>())
        {
            Assert.True(AccountIds.IsReserved(MerchantAccountId.Of(account)));
            Assert.NotEqual(UInt128.MaxValue, MerchantAccountId.Of(account));
        }

        Assert.Equal(MerchantAccountId.Count, Enum.GetValues<MerchantAccount>().Length);
        Assert.False(AccountIds.IsReserved(AccountIds.ReservedFirst - 1));
        Assert.False(AccountIds.IsReserved(ulong.MaxValue));
    }

    private static int SizeOf(Type type) =>
        type.IsEnum
            ? Marshal.SizeOf(Enum.GetUnderlyingType(type))
            : (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
