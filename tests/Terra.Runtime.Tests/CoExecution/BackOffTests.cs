using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;
using Xunit;
using static Terra.Runtime.Tests.CoExecution.StepProgram;

namespace Terra.Runtime.Tests.CoExecution;

/// <summary>Programs that do not settle, for a while or ever.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class BackOffTests
{
    /// <summary>
    /// Traced are 16 iterations, then 8 at a time, with 16, 32, 64 dormant ones in between. So iteration 144 is the next that is traced, with two more it settles.
    /// </summary>
    [Fact]
    public void A_program_that_settles_late_co_executes_after_the_dormancy_it_is_in()
    {
        float[] Program(TerraMode mode, out StepSite site)
        {
            using TensorImpl x = Tensor(1f, 2f);
            site = Run(mode, 400, turn =>
            {
                At(turn < 100 ? NewSite() : 1, () => Aten.mul_(x, 1.01));
                At(2, () => Aten.sub_(x, x, 0.005));
            });
            return Values(x);
        }

        float[] woven = Program(TerraMode.On, out StepSite site);

        woven.Should().Equal(Program(TerraMode.Off, out _));
        site.Statistics.Traced.Should().Be(16 + 8 + 8 + 3);
        site.Statistics.CoExecuted.Should().Be(400 - 147);
        site.Statistics.Iterations.Should().Be(400);
    }

    [Fact]
    public void A_program_that_has_settled_and_gets_unsettled_again_is_left_alone_for_a_short_time_only()
    {
        using TensorImpl x = Tensor(1f);
        StepSite site = Run(TerraMode.On, 400, turn =>
            At(turn is < 100 or (>= 200 and < 220) ? NewSite() : 1, () => Aten.mul_(x, 1.0)));

        // Of 200 to 219, nine or more in a window of 16 are new: dormant for 16 iterations, three traced ones, and co-executing again.
        site.Statistics.CoExecuted.Should().BeGreaterThan((200 - 147) + (400 - 245));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_program_that_never_settles_computes_the_same(int seed)
    {
        float[] Program(TerraMode mode, out StepSite site)
        {
            var random = new Random(seed);
            using TensorImpl x = Tensor(0.5f, -0.25f, 2f);
            using TensorImpl y = Tensor(1f, 3f, -1f);
            var seen = new List<float>();
            site = Run(mode, 1500, _ =>
            {
                for (int op = 0; op < 6; op++)
                {
                    int place = random.Next(200);
                    switch (random.Next(5))
                    {
                        case 0:
                            At(place, () => Aten.mul_(x, 0.75));
                            break;
                        case 1:
                            At(place, () => Aten.add_(x, y, 0.125));
                            break;
                        case 2:
                            using (TensorImpl tanh = At(place, () => Aten.tanh(y)))
                            {
                                At(place, () => Aten.add_(y, tanh, 0.5));
                            }

                            break;
                        case 3:
                            At(place, () => Aten.sub_(y, x, 0.0625));
                            break;
                        default:
                            seen.AddRange(Values(x));
                            break;
                    }
                }
            });
            seen.AddRange(Values(y));
            return [.. seen];
        }

        float[] eager = Program(TerraMode.Off, out _);

        Program(TerraMode.On, out StepSite site).Should().Equal(eager);
        Program(TerraMode.Verify, out _).Should().Equal(eager);
        site.Statistics.Traced.Should().BeLessThan(100);
    }
}
