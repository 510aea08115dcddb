using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>A function that says itself how it is differentiated. Derive from one of the two classes below.</summary>
        /// <typeparam name="T">The class itself.</typeparam>
        public abstract class Function<T>
            where T : Function<T>, new()
        {
            private static readonly T s_instance = new();

            /// <summary>The name of the function in the graph and in messages.</summary>
            public abstract string Name { get; }

            /// <summary>Runs forward without recording, and records the function instead.</summary>
            /// <param name="vars">The arguments; those that are tensors are differentiated.</param>
            public static List<Tensor> apply_internal(params object[] vars)
            {
                var context = new AutogradContext();
                TensorImpl?[] inputs = Array.ConvertAll(vars, static argument => (argument as Tensor)?.Impl);
                bool records = GradMode.IsEnabled && inputs.Any(static input => input?.RequiresGrad() == true);
                List<Tensor> outputs;
                using (no_grad())
                {
                    outputs = s_instance.ForwardAll(context, vars);
                }

                return records
                    ? Record(context, vars, inputs, outputs)
                    : [.. outputs.Select(output => context.Dirty.Contains(output) ? output : WithoutGradient(output))];
            }

            private protected abstract List<Tensor> ForwardAll(AutogradContext ctx, object[] vars);

            private protected abstract List<Tensor> BackwardAll(AutogradContext ctx, List<Tensor> grad_outputs);

            private static List<Tensor> Record(AutogradContext context, object[] vars, TensorImpl?[] inputs, List<Tensor> outputs)
            {
                TensorImpl[] results = [.. outputs.Select(static output => output.Impl)];
                (long[] Sizes, DType DType)[] shapes = Array.ConvertAll(results, static result => (result.Sizes.ToArray(), result.DType));
                var node = new CustomNode(s_instance.Name, inputs, results, gradients => Gradients(context, inputs.Length, shapes, gradients), context.Release);
                var attached = new List<Tensor>();
                for (int i = 0; i < results.Length; i++)
                {
                    Tensor output = outputs[i];
                    int argument = Array.FindIndex(vars, given => ReferenceEquals(given, output));
                    if (context.NonDifferentiable.Contains(output) || !results[i].DType.IsFloatingPoint())
                    {
                        attached.Add(WithoutGradient(output));
                    }
                    else if (argument >= 0 && context.Dirty.Contains(output))
                    {
                        Tape.AttachWritten(results[i], node, i, argument);
                        attached.Add(output);
                    }
                    else
                    {
                        TensorImpl own = Tape.Attach(results[i], node, i, argument >= 0);
                        attached.Add(ReferenceEquals(own, results[i]) ? output : new Tensor(own));
                    }
                }

                context.Save(outputs, attached);
                return attached;
            }

            /// <summary>The result itself, or, where it is an argument that requires grad, a tensor of the same bytes that does not.</summary>
            private static Tensor WithoutGradient(Tensor result) => result.requires_grad ? new Tensor(result.Impl.Detach()) : result;

            /// <summary>The arguments' gradients from those of the results.</summary>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">Backward returns another number of gradients than there are arguments.</exception>
            private static TensorImpl?[] Gradients(AutogradContext context, int arguments, (long[] Sizes, DType DType)[] shapes, TensorImpl?[] gradients)
            {
                var given = new List<Tensor>();
                for (int i = 0; i < gradients.Length; i++)
                {
                    given.Add(gradients[i] is { } gradient ? new Tensor(gradient.Alias())
                        : context.MaterializeGrads ? new Tensor(Aten.full(shapes[i].Sizes, 0, shapes[i].DType))
                        : null!);
                }

                List<Tensor> returned = s_instance.BackwardAll(context, given);
                if (returned.Count < arguments || returned.Skip(arguments).Any(static extra => extra is not null))
                {
                    throw ShapeErrors.Error(
                        $"function {s_instance.Name} returned an incorrect number of gradients (expected {arguments}, got {returned.Count}); return null for arguments that have none");
                }

                return [.. returned.Take(arguments).Select(static gradient => gradient?.Impl.Alias())];
            }
        }

        /// <summary>A function with one result: a program derives from it, and calls <see cref="apply"/>.</summary>
        /// <typeparam name="T">The class itself.</typeparam>
        public abstract class SingleTensorFunction<T> : Function<T>
            where T : SingleTensorFunction<T>, new()
        {
            /// <summary>The function's result, which knows how it is differentiated.</summary>
            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            /// <summary>Computes the result; nothing in it is recorded.</summary>
            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            /// <summary>From the gradient of the result, one for each argument; null where there is none.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            private protected sealed override List<Tensor> ForwardAll(AutogradContext ctx, object[] vars) => [forward(ctx, vars)];

            private protected sealed override List<Tensor> BackwardAll(AutogradContext ctx, List<Tensor> grad_outputs) => backward(ctx, grad_outputs[0]);
        }

        /// <summary>A function with several results: a program derives from it, and calls <see cref="apply"/>.</summary>
        /// <typeparam name="T">The class itself.</typeparam>
        public abstract class MultiTensorFunction<T> : Function<T>
            where T : MultiTensorFunction<T>, new()
        {
            /// <summary>The function's results, which know how they are differentiated.</summary>
            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            /// <summary>Computes the results; nothing in it is recorded.</summary>
            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            /// <summary>From the gradients of the results, one for each argument; null where there is none.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            private protected sealed override List<Tensor> ForwardAll(AutogradContext ctx, object[] vars) => forward(ctx, vars);

            private protected sealed override List<Tensor> BackwardAll(AutogradContext ctx, List<Tensor> grad_outputs) => backward(ctx, grad_outputs);
        }
    }
}
