/** An error a user can cause: its message is a whole sentence that names the cell, file, layer or option and what to
 *  do. It is shown as it stands; every other error is a defect of ours. */
export class UserError extends Error {
  override name = 'UserError';
}
