using Terra.Runtime.Ops;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Adagrad (Duchi et al., 2011).</summary>
    public class Adagrad : OptimizerHelper
    {
        public Adagrad(
            IEnumerable<Parameter> parameters,
            double lr = 0.01,
            double lr_decay = 0,
            double weight_decay = 0,
            double initial_accumulator_value = 0,
            double eps = 1e-10)
            : this([new ParamGroup { Parameters = parameters }], lr, lr_decay, weight_decay, initial_accumulator_value, eps)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public Adagrad(
            IEnumerable<ParamGroup> parameters,
            double lr = 0.01,
            double lr_decay = 0,
            double weight_decay = 0,
            double initial_accumulator_value = 0,
            double eps = 1e-10)
        {
            OptionRanges.NotNegative(
                "Adagrad",
                ("learning rate", lr),
                ("lr_decay", lr_decay),
                ("weight_decay", weight_decay),
                ("initial_accumulator_value", initial_accumulator_value),
                ("eps", eps));
            Defaults = new ParamGroup([], lr, lr_decay, weight_decay, initial_accumulator_value, eps).Options;
            AddGroups(parameters);
        }

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private void Update(ParamGroup group)
        {
            Options options = group.Options;
            foreach (StepBatch batch in StepBatch.Sort<State>(group.Parameters, StateOf, static state => ++state.step))
            {
                Aten._fused_adagrad_(
                    batch.Parameters,
                    batch.Gradients,
                    batch.State<State>(static state => state.sum),
                    batch.Stage,
                    options.LearningRate!.Value,
                    options.lr_decay!.Value,
                    options.weight_decay!.Value,
                    options.eps!.Value);
            }
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public double? lr_decay;
            public double? initial_accumulator_value;
            public double? eps;
            public double? weight_decay;

            private protected override void Visit(OptionVisitor visitor)
            {
                visitor.Visit(ref lr_decay);
                visitor.Visit(ref initial_accumulator_value);
                visitor.Visit(ref eps);
                visitor.Visit(ref weight_decay);
            }
        }

        /// <summary>Parameters with options for Adagrad.</summary>
        public class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                double lr_decay = 0,
                double weight_decay = 0,
                double initial_accumulator_value = 0,
                double eps = 1e-10)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        lr_decay = lr_decay,
                        weight_decay = weight_decay,
                        initial_accumulator_value = initial_accumulator_value,
                        eps = eps,
                    })
            {
            }
        }

        /// <summary>The squares of one parameter's gradients.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>How many steps were made.</summary>
            public long step;

            /// <summary>The sum of the gradients' squares.</summary>
            public Tensor sum = null!;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                using (no_grad())
                {
                    sum = full_like(Parameter, ((Options)options).initial_accumulator_value!.Value).DetachFromDisposeScope();
                }
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader) => Read(reader);

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer) => Write(writer);

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source) => Take(source);

            public void Dispose() => DisposeTensors();

            private protected override void Visit(StateVisitor visitor)
            {
                visitor.Visit(ref step);
                visitor.Visit(ref sum);
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <inheritdoc cref="Modules.Adagrad"/>
            public static Adagrad Adagrad(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                double lr_decay = 0,
                double weight_decay = 0,
                double initial_accumulator_value = 0,
                double eps = 1e-10) =>
                new(parameters, lr, lr_decay, weight_decay, initial_accumulator_value, eps);

            /// <inheritdoc cref="Modules.Adagrad"/>
            public static Adagrad Adagrad(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 0.01,
                double lr_decay = 0,
                double weight_decay = 0,
                double initial_accumulator_value = 0,
                double eps = 1e-10) =>
                new(parameters.Select(static entry => entry.parameter), lr, lr_decay, weight_decay, initial_accumulator_value, eps);

            /// <inheritdoc cref="Modules.Adagrad"/>
            public static Adagrad Adagrad(
                IEnumerable<Adagrad.ParamGroup> parameters,
                double lr = 0.01,
                double lr_decay = 0,
                double weight_decay = 0,
                double initial_accumulator_value = 0,
                double eps = 1e-10) =>
                new(parameters, lr, lr_decay, weight_decay, initial_accumulator_value, eps);
        }
    }
}
