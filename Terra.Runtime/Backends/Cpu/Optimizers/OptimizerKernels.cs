using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The steps of the optimizers over all their parameters, each as one pass over the elements. Every operation rounds by itself, in the order of
/// PyTorch's single-tensor implementations, so the bits are those of the same step made of single ops.
/// </summary>
internal static class OptimizerKernels
{
    /// <summary>Adam (Kingma and Ba, 2015), with AMSGrad (Reddi et al., 2018): self, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs; step, lr, beta1, beta2, weight_decay, eps, amsgrad, maximize.</summary>
    public static void Adam(OpInvocation call) => Adam(call, decoupled: false);

    /// <summary>AdamW (Loshchilov and Hutter, 2019): the arguments of <see cref="Adam(OpInvocation)"/>.</summary>
    public static void AdamW(OpInvocation call) => Adam(call, decoupled: true);

    /// <summary>SGD (momentum: Sutskever et al., 2013): self, grads, momentum_buffers; weight_decay, momentum, lr, dampening, nesterov, maximize, is_first_step.</summary>
    public static void Sgd(OpInvocation call)
    {
        double decay = Number(call, 0), momentum = Number(call, 1), lr = Number(call, 2), dampening = Number(call, 3);
        bool nesterov = call.Bool(4), maximize = call.Bool(5), first = call.Bool(6), buffered = momentum != 0;
        Run(
            call,
            Variant(decay != 0, buffered, nesterov, maximize, first),
            buffered ? 3 : 2,
            buffered ? [0, 2] : [0],
            [decay, momentum, 1 - dampening, -lr],
            (b, t, n) =>
            {
                IrNode gradient = Gradient(b, t, maximize, decay != 0 ? n[0] : null);
                if (!buffered)
                {
                    return [AddScaled(b, t[0], gradient, n[3])];
                }

                IrNode buffer = first ? gradient : AddScaled(b, b.Mul(t[2], n[1]), gradient, n[2]);
                IrNode direction = nesterov ? AddScaled(b, gradient, buffer, n[1]) : buffer;
                return [AddScaled(b, t[0], direction, n[3]), buffer];
            });
    }

    /// <summary>
    /// RMSprop (Hinton, 2012; centered: Graves, 2013): self, grads, square_avgs, momentum_buffers, grad_avgs; lr, alpha, eps, weight_decay,
    /// momentum, centered, maximize.
    /// </summary>
    public static void RmsProp(OpInvocation call)
    {
        double lr = Number(call, 0), alpha = Number(call, 1), eps = Number(call, 2), decay = Number(call, 3), momentum = Number(call, 4);
        bool centered = call.Bool(5), maximize = call.Bool(6), buffered = momentum != 0;
        int average = buffered ? 4 : 3;
        int[] written = (buffered, centered) switch
        {
            (true, true) => [0, 2, 3, 4],
            (false, false) => [0, 2],
            _ => [0, 2, 3],
        };
        Run(
            call,
            Variant(decay != 0, buffered, centered, maximize),
            written.Length + 1,
            written,
            [-lr, alpha, 1 - alpha, eps, decay, momentum, -1, 1],
            (b, t, n) =>
            {
                IrNode gradient = Gradient(b, t, maximize, decay != 0 ? n[4] : null);
                IrNode square = AddProduct(b, b.Mul(t[2], n[1]), gradient, gradient, n[2]);
                IrNode? mean = centered ? AddScaled(b, b.Mul(t[average], n[1]), gradient, n[2]) : null;
                IrNode spread = mean is null ? square : AddProduct(b, square, mean, mean, n[6]);
                IrNode root = b.Add(b.Sqrt(spread), n[3]);
                var results = new List<IrNode> { t[0], square };
                if (buffered)
                {
                    IrNode buffer = AddQuotient(b, b.Mul(t[3], n[5]), gradient, root, n[7]);
                    results.Add(buffer);
                    results[0] = AddScaled(b, t[0], buffer, n[0]);
                }
                else
                {
                    results[0] = AddQuotient(b, t[0], gradient, root, n[0]);
                }

                if (mean is not null)
                {
                    results.Add(mean);
                }

                return [.. results];
            });
    }

    /// <summary>Adagrad (Duchi et al., 2011): self, grads, state_sums; step, lr, lr_decay, weight_decay, eps.</summary>
    public static void Adagrad(OpInvocation call)
    {
        double step = Number(call, 0), lr = Number(call, 1), rateDecay = Number(call, 2), decay = Number(call, 3), eps = Number(call, 4);
        Run(
            call,
            Variant(decay != 0),
            3,
            [0, 2],
            [-(lr / (1 + ((step - 1) * rateDecay))), decay, eps, 1],
            (b, t, n) =>
            {
                IrNode gradient = Gradient(b, t, maximize: false, decay != 0 ? n[1] : null);
                IrNode sum = AddProduct(b, t[2], gradient, gradient, n[3]);
                return [AddQuotient(b, t[0], gradient, b.Add(b.Sqrt(sum), n[2]), n[0]), sum];
            });
    }

    /// <summary>_foreach_mul_: every tensor of the list times the number.</summary>
    public static void Multiply(OpInvocation call)
    {
        foreach (IGrouping<DType, TensorImpl?> tensors in call.List(0).ToArray().GroupBy(static tensor => tensor!.DType))
        {
            MultiTensorKernel.Get(call.Op.Name, 0, tensors.Key, 1, [0], 1, static (b, t, n) => [b.Mul(t[0], n[0])])
                .Run([[.. tensors!]], [Number(call, 0)]);
        }
    }

    private static void Adam(OpInvocation call, bool decoupled)
    {
        double step = Number(call, 0), lr = Number(call, 1), beta1 = Number(call, 2), beta2 = Number(call, 3), decay = Number(call, 4), eps = Number(call, 5);
        bool amsgrad = call.Bool(6), maximize = call.Bool(7), decays = decay != 0;
        Run(
            call,
            Variant(decays, amsgrad, maximize),
            amsgrad ? 5 : 4,
            amsgrad ? [0, 2, 3, 4] : [0, 2, 3],
            [
                decoupled ? 1 - (lr * decay) : decay,
                beta1,
                1 - beta1,
                beta2,
                1 - beta2,
                Math.Sqrt(1 - Math.Pow(beta2, step)),
                eps,
                -(lr / (1 - Math.Pow(beta1, step))),
            ],
            (b, t, n) =>
            {
                IrNode gradient = Gradient(b, t, maximize, decays && !decoupled ? n[0] : null);
                IrNode parameter = decays && decoupled ? b.Mul(t[0], n[0]) : t[0];
                IrNode average = AddScaled(b, b.Mul(t[2], n[1]), gradient, n[2]);
                IrNode square = AddProduct(b, b.Mul(t[3], n[3]), gradient, gradient, n[4]);
                IrNode greatest = amsgrad ? b.Max(t[4], square) : square;
                IrNode denominator = b.Add(b.Div(b.Sqrt(greatest), n[5]), n[6]);
                IrNode moved = AddQuotient(b, parameter, average, denominator, n[7]);
                return amsgrad ? [moved, average, square, greatest] : [moved, average, square];
            });
    }

    private static void Run(OpInvocation call, int variant, int lists, int[] written, double[] numbers, UpdateExpression expression)
    {
        if (call.List(0).IsEmpty)
        {
            return;
        }

        var columns = new List<TensorImpl[]>(lists);
        for (int list = 0; columns.Count < lists; list++)
        {
            if (!call.List(list).IsEmpty)
            {
                columns.Add(call.List(list).ToArray()!);
            }
        }

        MultiTensorKernel.Get(call.Op.Name, variant, columns[0][0].DType, lists, written, numbers.Length, expression).Run([.. columns], numbers);
    }

    private static double Number(OpInvocation call, int attribute) => call.Scalar(attribute).ToDouble();

    private static int Variant(params ReadOnlySpan<bool> flags)
    {
        int bits = 0;
        foreach (bool flag in flags)
        {
            bits = (bits << 1) | (flag ? 1 : 0);
        }

        return bits;
    }

    /// <summary>The gradient (the second tensor), negated to maximize, with the decay's share of the parameter (the first) added.</summary>
    private static IrNode Gradient(PointwiseBuilder b, IrNode[] tensors, bool maximize, IrNode? decay)
    {
        IrNode gradient = maximize ? b.Neg(tensors[1]) : tensors[1];
        return decay is null ? gradient : AddScaled(b, gradient, tensors[0], decay);
    }

    /// <summary>aten::add.Tensor.</summary>
    private static IrNode AddScaled(PointwiseBuilder b, IrNode a, IrNode other, IrNode alpha) => b.Add(a, b.Mul(other, alpha));

    /// <summary>aten::addcmul.</summary>
    private static IrNode AddProduct(PointwiseBuilder b, IrNode a, IrNode x, IrNode y, IrNode value) => b.Add(a, b.Mul(b.Mul(value, x), y));

    /// <summary>aten::addcdiv.</summary>
    private static IrNode AddQuotient(PointwiseBuilder b, IrNode a, IrNode x, IrNode y, IrNode value) => b.Add(a, b.Div(b.Mul(value, x), y));
}
