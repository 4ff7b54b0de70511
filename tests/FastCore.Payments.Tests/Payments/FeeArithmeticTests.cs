using System.Numerics;
using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;
using FastCore.Testing;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

public sealed class FeeArithmeticTests
{
    [Theory]
    [InlineData(1UL, 500_000u, 0UL)]
    [InlineData(3UL, 500_000u, 2UL)]
    [InlineData(5UL, 500_000u, 2UL)]
    [InlineData(7UL, 500_000u, 4UL)]
    [InlineData(25UL, 20_000u, 0UL)]
    [InlineData(26UL, 20_000u, 1UL)]
    [InlineData(75UL, 20_000u, 2UL)]
    [InlineData(1_000_000UL, 1u, 1UL)]
    [InlineData(499_999UL, 1u, 0UL)]
    [InlineData(500_001UL, 1u, 1UL)]
    [InlineData(PaymentLimits.AmountMax, 1_000_000u, PaymentLimits.AmountMax)]
    [InlineData(ulong.MaxValue, 1_000_000u, ulong.MaxValue)]
    [InlineData(ulong.MaxValue, 0u, 0UL)]
    public void P19_parts_per_million_round_half_to_even(ulong amount, uint ppm, ulong expected) =>
        Assert.Equal(expected, FeeArithmetic.PartsPerMillion(amount, ppm));

    [Fact]
    public void P19_the_fast_and_the_wide_path_agree_with_exact_arithmetic()
    {
        SeededRandom random = new(19);
        for (int i = 0; i < 200_000; i++)
        {
            ulong amount = i % 3 == 0 ? (ulong.MaxValue / 1_000_000) - 2 + random.Below(5UL) : random.Skewed();
            uint ppm = (uint)random.Below(1_000_001);
            (BigInteger quotient, BigInteger rest) = BigInteger.DivRem((BigInteger)amount * ppm, 1_000_000);
            if (rest > 500_000 || (rest == 500_000 && !quotient.IsEven))
            {
                quotient++;
            }

            Assert.Equal((ulong)quotient, FeeArithmetic.PartsPerMillion(amount, ppm));
        }
    }

    [Fact]
    public void P19_fee_is_proportional_plus_fixed_then_clamped()
    {
        MerchantRow merchant = new() { FeePpm = 20_000, FeeFixed = 3, FeeMin = 10, FeeMax = 500 };
        Assert.Equal(0UL, FeeArithmetic.Fee(merchant, 0));
        Assert.Equal(10UL, FeeArithmetic.Fee(merchant, 100));
        Assert.Equal(203UL, FeeArithmetic.Fee(merchant, 10_000));
        Assert.Equal(500UL, FeeArithmetic.Fee(merchant, 1_000_000));
        merchant.FeeMax = 0;
        Assert.Equal(20_003UL, FeeArithmetic.Fee(merchant, 1_000_000));
    }

    [Fact]
    public void P19_fee_and_tax_never_fall_as_the_amount_grows()
    {
        SeededRandom random = new(20);
        for (int round = 0; round < 200; round++)
        {
            MerchantRow merchant = new()
            {
                FeePpm = (uint)random.Below(1_000_001),
                FeeFixed = random.Below(1_000UL),
                FeeMin = random.Below(1_000UL),
                FeeMax = random.OneIn(2) ? 0 : 1_000 + random.Below(10_000UL),
                TaxPpm = (uint)random.Below(1_000_001),
            };
            ulong fee = 0;
            ulong tax = 0;
            for (ulong amount = 0; amount < 2_000; amount += 1 + random.Below(7UL))
            {
                ulong nextFee = FeeArithmetic.Fee(merchant, amount);
                ulong nextTax = FeeArithmetic.Tax(merchant, nextFee);
                Assert.True(nextFee >= fee && nextTax >= tax);
                (fee, tax) = (nextFee, nextTax);
            }
        }
    }
}
