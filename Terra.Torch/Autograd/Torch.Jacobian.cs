namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>Derivatives of functions given as code.</summary>
        public static class functional
        {
            /// <summary>The Jacobian matrices of a function of one tensor: sizes of the result, then of the argument.</summary>
            public static Tensor jacobian(Func<Tensor, Tensor> function, Tensor inputs) => jacobian(x => function(x[0]), [inputs]).Single();

            /// <summary>The Jacobian matrices of each result: its sizes, then of the argument.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor, Tensor[]> function, Tensor inputs) => jacobian(x => function(x[0]), [inputs]);

            /// <summary>The Jacobian matrices by each argument: sizes of the result, then of the argument.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor> function, params Tensor[] inputs) => jacobian(x => [function(x)], inputs);

            /// <summary>The Jacobian matrices of each result by each argument, those of the first result first: sizes of the result, then of the argument.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor[]> function, params Tensor[] inputs)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable recording = enable_grad();
                Tensor[] arguments = Array.ConvertAll(inputs, static input => input.detach().requires_grad_());
                List<Tensor> matrices = [];
                foreach (Tensor result in function(arguments))
                {
                    Tensor flat = result.flatten();
                    List<Tensor>[] rows = Array.ConvertAll(arguments, static _ => new List<Tensor>());
                    for (long i = 0; i < flat.numel(); i++)
                    {
                        IList<Tensor>? slopes = flat.requires_grad ? grad([flat[i]], arguments, retain_graph: true, allow_unused: true) : null;
                        for (int j = 0; j < rows.Length; j++)
                        {
                            rows[j].Add(slopes?[j] ?? zeros_like(arguments[j]));
                        }
                    }

                    matrices.AddRange(rows.Select((row, j) =>
                        (row.Count == 0 ? zeros([0, .. arguments[j].shape], arguments[j].dtype) : stack(row)).view([.. result.shape, .. arguments[j].shape])));
                }

                scope.MoveToOuter(matrices);
                return matrices;
            }
        }
    }
}
