using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Gradient clipping and parameter vectors.</summary>
        public static partial class utils
        {
            /// <summary>Scales all gradients so that their common norm is at most <paramref name="max_norm"/>.</summary>
            /// <param name="tensors">The parameters; those without a gradient do not count.</param>
            /// <param name="max_norm">The bound.</param>
            /// <param name="norm_type">The p of the norm; infinity for the greatest absolute value.</param>
            /// <returns>The norm before; reading it waits for the gradients.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using IDisposable noGrad = no_grad();
                List<TensorImpl> gradients = Gradients(tensors);
                if (gradients.Count == 0)
                {
                    return 0;
                }

                using Tensor total = new(CommonNorm(gradients, norm_type));
                double norm = total.ToDouble();
                double factor = Math.Min(1, max_norm / (norm + 1e-6));
                Aten._foreach_mul_([.. gradients], (ScalarValue)factor);
                return norm;
            }

            /// <summary>Cuts all gradients' elements to ±<paramref name="clip_value"/>.</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using IDisposable noGrad = no_grad();
                foreach (TensorImpl gradient in Gradients(tensors))
                {
                    Aten.clamp_(gradient, (ScalarValue)(-clip_value), (ScalarValue)clip_value);
                }
            }

            /// <summary>The gradients themselves, borrowed.</summary>
            private static List<TensorImpl> Gradients(IEnumerable<Parameter> parameters)
            {
                var gradients = new List<TensorImpl>();
                foreach (Parameter parameter in parameters)
                {
                    if (parameter.Impl.Autograd?.Grad is { } gradient)
                    {
                        gradients.Add(gradient);
                    }
                }

                return gradients;
            }

            /// <summary>The norm of the norms of the gradients.</summary>
            private static TensorImpl CommonNorm(List<TensorImpl> gradients, double order)
            {
                DType common = gradients.Select(static gradient => gradient.DType).Aggregate(DTypes.Promote);
                TensorImpl[] norms = [.. gradients.GroupBy(static gradient => gradient.DType).Select(group =>
                {
                    TensorImpl own = Aten._foreach_norm([.. group], (ScalarValue)order);
                    return own.DType == common ? own : Aten._to_copy(own, common);
                })];
                TensorImpl total = Aten._foreach_norm(norms, (ScalarValue)order);
                Array.ForEach(norms, static part => part.Dispose());
                return total;
            }
        }
    }
}
