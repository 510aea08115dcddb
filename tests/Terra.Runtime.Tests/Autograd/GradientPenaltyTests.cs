using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.CoExecution;
using Terra.Runtime.Tracing;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Autograd;

/// <summary>Steps that train by the size of a gradient (Gulrajani et al., "Improved training of Wasserstein GANs", 2017), in all modes.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class GradientPenaltyTests
{
    private static readonly Dictionary<string, Func<TensorImpl, TensorImpl, TensorImpl>> s_critics = new()
    {
        ["layer norm"] = static (x, weight) => Aten.native_layer_norm(x, [6], weight, null, 1e-3)[0],
        ["root mean square norm"] = static (x, weight) => Aten._fused_rms_norm(x, [6], weight, 1e-3)[0],
        ["batch norm"] = static (x, weight) => Composite.batch_norm(x, weight, null, null, null, true, 0.1, 1e-3),
        ["batch norm by running statistics"] = static (x, weight) =>
            Aten._native_batch_norm_legit_no_training(x, weight, weight, Aten.full([6], 0.5, DType.Float32), Aten.full([6], 2.0, DType.Float32), 1e-3),
        ["group norm"] = static (x, weight) => Aten.native_group_norm(x, weight, weight, 2, 1e-3)[0],
        ["attention"] = static (x, weight) =>
            Aten._scaled_dot_product_flash_attention_for_cpu(x, Aten.mul(x, weight), x, null, true, 0.5, 0.25, new PhiloxState(3, 4))[0],
        ["products"] = static (x, weight) => Aten.mul(Aten.cumprod(Aten.mul(x, weight), 1, null), Aten.prod(x, [1], true, null)),
        ["determinant"] = static (x, weight) =>
        {
            TensorImpl weighted = Aten.mul(x, weight);
            return Aten.linalg_det(Composite.matmul(Views.transpose(weighted, 0, 1), weighted));
        },
    };

    public static TheoryData<string> Critics => [.. s_critics.Keys];

    [Theory]
    [MemberData(nameof(Critics))]
    public void Training_by_a_gradient_gives_the_same_bits_in_every_mode(string critic)
    {
        List<long[]> eager = Train(critic, TerraMode.Off, out _), woven = Train(critic, TerraMode.On, out StepSite step), verified = Train(critic, TerraMode.Verify, out _);
        step.Statistics.CoExecuted.Should().BePositive();
        woven.Should().HaveSameCount(eager);
        for (int i = 0; i < eager.Count; i++)
        {
            woven[i].Should().Equal(eager[i]);
            verified[i].Should().Equal(eager[i]);
        }

        eager[^1].Should().NotEqual(eager[0]);
    }

    private static List<long[]> Train(string critic, TerraMode mode, out StepSite step)
    {
        TensorImpl weight = TensorBits.Floats([6], static i => 0.5 + (0.25 * i)), x = TensorBits.Floats([8, 6], static i => 1 + Math.Sin(i * i));
        var seen = new List<long[]>();
        step = StepProgram.Run(mode, 8, turn =>
        {
            TensorImpl leaf = weight.Detach(), input = Aten.mul(x, 1 + (0.125 * turn));
            leaf.SetRequiresGrad(true);
            input.SetRequiresGrad(true);
            TensorImpl result = s_critics[critic](input, leaf), score = Aten.sum(Aten.mul(result, result), [], false, null);
            TensorImpl gradient = Engine.Grad([score], [input], createGraph: true, retainGraph: true)[0]!;
            TensorImpl penalty = Aten.mean(Aten.mul(gradient, gradient), [], false, null);
            TensorImpl update = Engine.Grad([penalty], [leaf])[0]!;
            Aten.add_(weight, Aten.tanh(update), -0.01);
            weight.ReadData();
            seen.Add(TensorBits.ToBits(weight));
        });
        return seen;
    }
}
